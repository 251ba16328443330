/** Points by WebGL: the browser's graphics draws them all in one call. */

const VERTEX = `
attribute vec4 spot; // x, y in px, size, nearness
attribute vec4 colour;
attribute float bulk;
uniform vec2 stage;
uniform float size;
varying vec4 paint;
varying float across;
void main() {
  gl_Position = vec4(spot.x / stage.x * 2.0 - 1.0, 1.0 - spot.y / stage.y * 2.0, 0.0, 1.0);
  across = max(2.0, size * bulk * spot.z);
  gl_PointSize = across + 1.0;
  paint = vec4(colour.rgb, colour.a * (0.25 + 0.75 * spot.w));
}`;
const FRAGMENT = `
precision mediump float;
varying vec4 paint;
varying float across;
void main() {
  float inside = clamp(across / 2.0 + 0.5 - distance(gl_PointCoord, vec2(0.5)) * (across + 1.0), 0.0, 1.0);
  float alpha = paint.a * inside;
  gl_FragColor = vec4(paint.rgb * alpha, alpha);
}`;
// Graphics computed by the processor: measured slower than our own discs (34 against 17 ms a frame for 20,000 words).
const SLOW = /swiftshader|llvmpipe|software|basic render/i;
const ATTRIBUTES = { spot: 4, colour: 4, bulk: 1 };

/** Throws when this browser has no WebGL, or only a slow one. `draw(scene)`: see map_renderer.js. */
export class WebglPoints {
  constructor(canvas) {
    this.canvas = canvas;
    this.gl = canvas.getContext("webgl", { antialias: false, premultipliedAlpha: true });
    if (!this.gl || SLOW.test(rendererOf(this.gl))) throw new Error("no fast WebGL");
    this.program = linked(this.gl);
    this.buffers = Object.fromEntries(Object.keys(ATTRIBUTES).map((name) => [name, this.gl.createBuffer()]));
    this.order = this.gl.createBuffer();
    this.gl.enable(this.gl.BLEND);
    this.gl.blendFunc(this.gl.ONE, this.gl.ONE_MINUS_SRC_ALPHA);
  }

  draw({ n, spots, paint, order, size, width, height, density }) {
    const { gl, canvas, program } = this;
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.useProgram(program);
    gl.uniform2f(gl.getUniformLocation(program, "stage"), width, height);
    gl.uniform1f(gl.getUniformLocation(program, "size"), size * density);
    this.send("spot", spots, gl.FLOAT);
    if (paint !== this.paint) {
      this.send("colour", paint.rgba, gl.UNSIGNED_BYTE);
      this.send("bulk", paint.bulk, gl.FLOAT);
      this.paint = paint;
    }
    if (!order) return gl.drawArrays(gl.POINTS, 0, n);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.order);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, order, gl.STREAM_DRAW);
    gl.drawElements(gl.POINTS, n, gl.UNSIGNED_SHORT, 0);
  }

  send(name, values, type) {
    const { gl } = this;
    const place = gl.getAttribLocation(this.program, name);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers[name]);
    gl.bufferData(gl.ARRAY_BUFFER, values, gl.DYNAMIC_DRAW);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, ATTRIBUTES[name], type, type === gl.UNSIGNED_BYTE, 0, 0);
  }

  /** Gives the memory of the graphics back: browsers allow only a few contexts. */
  remove() {
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}

function rendererOf(gl) {
  const told = gl.getExtension("WEBGL_debug_renderer_info");
  return told ? String(gl.getParameter(told.UNMASKED_RENDERER_WEBGL)) : "";
}

function linked(gl) {
  const program = gl.createProgram();
  for (const [type, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program));
  return program;
}
