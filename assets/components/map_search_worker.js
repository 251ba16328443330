/** Looks for a pattern in words, beside the page: a pattern that takes for ever can be stopped here. */

let words = [];

onmessage = ({ data }) => {
  if (data.words) words = data.words;
  const found = [];
  const pattern = new RegExp(data.pattern, "iu");
  words.forEach((word, i) => pattern.test(word) && found.push(i));
  postMessage({ n: data.n, found });
};
