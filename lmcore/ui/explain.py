"""What a picture means: the formula, the paper, the code that computes it."""

import ast
from functools import cache
from pathlib import Path

import streamlit as st

import lmcore
from lmcore.ui.pictures import Draw, save_button
from lmcore.ui.visit import t

ROOT = Path(lmcore.__file__).resolve().parent.parent
CODE = {  # topic → file and name of what computes the picture
    "training_curve": ("lmcore/training/loop.py", "train"),
    "training_one_step": ("lmcore/analysis/one_step.py", "one_step"),
    "training_rates": ("lmcore/analysis/rate_range.py", "read_rates"),
    "training_inside": ("lmcore/training/monitoring.py", "Monitor"),
    "training_compare": ("lmcore/analysis/run_difference.py", "differing"),
    "training_sweep": ("lmcore/runs/sweeps.py", "grid"),
    "training_scaling": ("lmcore/analysis/scaling.py", "fit"),
    "attention": ("lmcore/models/attention.py", "Attention"),
    "generation": ("lmcore/generation/sampling.py", "distribution"),
    "embeddings_map": ("lmcore/analysis/layout.py", "layout"),
    "embeddings_look_up": ("lmcore/vectors/queries.py", "WordVectors"),
    "embeddings_learn": ("lmcore/vectors/skipgram.py", "kernel"),
    "embeddings_measure": ("lmcore/vectors/evaluation.py", "scores_while_training"),
    "embeddings_compare": ("lmcore/analysis/moved.py", "moved"),
    "embeddings_bias": ("lmcore/analysis/bias.py", "weat"),
    "embeddings_context": ("lmcore/analysis/contextual.py", "hidden_states"),
    "text_read": ("lmcore/text/splits.py", "split_ids"),
    "text_clean": ("lmcore/text/cleaning/clean.py", "clean"),
    "text_split": ("lmcore/text/tokenizers.py", "Tokenizer"),
    "text_merge": ("lmcore/text/bpe_steps.py", "learn_merges"),
    "text_count": ("lmcore/text/statistics/rank_frequency.py", "RankFrequency"),
    "text_predict": ("lmcore/text/ngrams.py", "CountingModel"),
}
FORMULAS = {
    "training_curve": r"L = -\frac{1}{T}\sum_{t=1}^{T} \ln p_\theta(x_t \mid x_{<t})",
    "training_one_step": r"w \leftarrow w - \eta\,\hat m / (\sqrt{\hat v}+\epsilon) - \eta\lambda w",
    "training_rates": r"\eta_t = \eta_{\max}\,10^{-4\,(1 - t/T)}"
    r"\qquad \eta = \tfrac{1}{3}\arg\min_{\eta_t} \bar L_t",
    "training_inside": r"\left\lVert \frac{\partial L}{\partial W_g} \right\rVert_2 \qquad"
    r" \frac{\lVert \Delta W_g \rVert_2}{\lVert W_g \rVert_2}",
    "training_compare": r"\Delta L = L_{\text{other}} - L_{\text{first}} \qquad \mathrm{PPL} = e^{L}",
    "training_sweep": r"\varepsilon^2 = \frac{SS_{\text{between}}"
    r" - (k-1)\,MS_{\text{within}}}{SS_{\text{total}}}",
    "training_scaling": r"L(N) = L_\infty + a\,N^{-\alpha}",
    "attention": r"\mathrm{softmax}\!\left(\frac{QK^\top}{\sqrt{d_k}}\right)V",
    "generation": r"p_i = \frac{e^{z_i/\tau}}{\sum_j e^{z_j/\tau}}",
    "text_read": r"D = D_{\text{train}} \,\Vert\, D_{\text{validation}} \,\Vert\, D_{\text{test}}",
    "text_clean": r"d' = (f_k \circ \dots \circ f_1)(d)",
    "text_split": r"\mathrm{encode}: \Sigma^* \to \{0,\dots,V-1\}^*",
    "text_merge": r"(a, b) = \arg\max_{(a,b)} \sum_{w} c(w)\, \#_{w}(ab)",
    "text_count": r"f(r) \approx C\, r^{-s} \qquad V(N) \approx k\, N^{\beta}",
    "text_predict": r"p(w \mid h) = \frac{\max(c(hw) - D, 0)}{c(h)} + \lambda(h)\, p(w \mid h')",
    "embeddings_map": r"\sum_{i \neq j} w_{ij}\log\frac{w_{ij}}{q_{ij}}"
    r" + (1 - w_{ij})\log\frac{1 - w_{ij}}{1 - q_{ij}}",
    "embeddings_look_up": r"\arg\max_{d}\; \cos(v_d,\; v_b - v_a + v_c)",
    "embeddings_learn": r"\log\sigma(u_o\cdot v_c)+\sum_{k=1}^{K}\log\sigma(-u_{k}\cdot v_c)",
    "embeddings_measure": r"\rho = 1 - \frac{6\sum d_i^2}{n(n^2-1)}",
    "embeddings_compare": r"\frac{|N_{10}(w) \cap N'_{10}(w)|}{10}",
    "embeddings_bias": r"d = \frac{\mathrm{mean}_{x\in X}\, s(x) - \mathrm{mean}_{y\in Y}\, s(y)}"
    r"{\mathrm{std}_{w\in X\cup Y}\, s(w)}",
    "embeddings_context": r"h^{(l)}_t = h^{(l-1)}_t + \mathrm{attention}_l + \mathrm{MLP}_l",
}


def explain(topic: str, draw: Draw | None = None) -> None:
    """A popover under the controls; with `draw`, the picture can be saved there."""
    with st.popover(t("explain.open"), type="tertiary", key="explain"):
        st.markdown(t(f"explain.{topic}"))
        st.latex(FORMULAS[topic])
        st.markdown(f":gray[{t(f'explain.{topic}.paper')}]")
        with st.expander(t("explain.code")):
            st.code(source(*CODE[topic]))
        if draw is not None:
            save_button(draw)


@cache
def source(path: str, name: str) -> str:
    """The text of a function or class, read from its file without importing it."""
    text = (ROOT / path).read_text(encoding="utf-8")
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            return ast.get_source_segment(text, node) or ""
    raise LookupError(f"{path} has no {name}")
