"""Layouts by other people's libraries, slow and well known; both begin at a given map and end on it.

t-SNE: van der Maaten & Hinton (2008), by scikit-learn. UMAP: McInnes, Healy & Melville (2018), by umap-learn.
"""

import warnings

import numpy as np

_PERPLEXITY = 30.0  # neighbours that count, about; fewer where there are few words
_ITERATIONS = 500  # half of the usual: the start is no noise
_START = 1e-4  # standard deviation of t-SNE's first points, as its authors advise


def tsne(unit: np.ndarray, start: np.ndarray) -> np.ndarray:
    """t-SNE of the rows of `unit` (n, D), n > 3, from `start` (n, 2 or 3); float32 in its own units."""
    from sklearn.manifold import TSNE

    scale = _START / max(float(start.std()), 1e-12)
    perplexity = min(_PERPLEXITY, (len(unit) - 1) / 3)
    model = TSNE(
        start.shape[1],
        perplexity=perplexity,
        init=(start * scale).astype(np.float32),  # type: ignore[arg-type]
        max_iter=_ITERATIONS,
        random_state=0,
    )
    return model.fit_transform(unit)


def umap_reference(
    unit: np.ndarray, neighbours: tuple[np.ndarray, np.ndarray], start: np.ndarray
) -> np.ndarray:
    """umap-learn's layout on the same nearest neighbours as ours, from `start` (n, 2 or 3), n > 3.

    The first call in a process compiles for 10 seconds or more.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it cannot place new words later: nobody asks it to
        import umap

        itself = np.arange(len(unit))[:, None]
        places = np.concatenate([itself, neighbours[0]], axis=1).astype(np.int32)
        distances = np.pad(neighbours[1], ((0, 0), (1, 0)))
        n_columns = min(places.shape[1], len(unit) - 1)
        model = umap.UMAP(
            n_columns,
            start.shape[1],
            metric="cosine",
            init=start.astype(np.float32),  # type: ignore[arg-type]
            random_state=1,
            n_jobs=1,
            precomputed_knn=(places[:, :n_columns], distances[:, :n_columns]),
            force_approximation_algorithm=True,  # else it computes the neighbours of few words itself
        )
        return np.asarray(model.fit_transform(unit), np.float32)
