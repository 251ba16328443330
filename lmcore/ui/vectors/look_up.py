"""INTERIM, its owner replaces it."""


def look_up_view(record, spec, level, controls, stage):  # type: ignore[no-untyped-def]
    return None
