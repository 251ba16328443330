"""The Streamlit side of lmcore: what pages share."""
