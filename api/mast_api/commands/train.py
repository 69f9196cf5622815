"""`mast train`: learn a person model from what is loaded."""

from __future__ import annotations

from pathlib import Path

import click

from mast_api.commands.options import common, needs_train_extra, start


@click.command(name="train")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--version", required=True, help="A name that no other model of yours has.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--use", is_flag=True, help="Also put it in force; `mast resolve` then weighs everything anew.")
@common
def command(out: Path, version: str, seed: int, data: Path | None, *, use: bool, as_json: bool) -> None:
    """Learn how often the fields of one person, of relatives and of strangers agree; needs the `train` extra.

    Unsupervised, from the pseudonymised records that are loaded. The file holds no key and no value. Beside
    it are written its card (.md) and the curves of precision, recall and review load (.svg).
    """
    needs_train_extra("mast train")
    from mast_api.models import model_file
    from mast_api.opening import open_encoding
    from mast_api.workspace import graph, key_ring, now, prepare
    from mast_api.writing import open_store
    from mast_graph.state import read_records
    from mast_resolver.engines.card import card, curve, draw
    from mast_resolver.engines.train import train
    from mast_resolver.model import write_model
    from mast_resolver.records import Kind

    settings, terminal = start(data, as_json=as_json)
    keys = key_ring(settings, terminal)
    with graph(settings, terminal) as address, open_store(address) as store:
        with terminal.step("Reading records") as step:
            encodings = []
            for record in read_records(store, Kind.PERSON):
                encodings.append(open_encoding(keys, record.id, record.sealed))
                if not len(encodings) % 1_000:
                    step.advance(len(encodings))
        with terminal.step("Training"):
            said = f"{len(encodings):,} person records, {now():%Y-%m-%d}"
            trained = train({"area": encodings}, version=version, trained_on=said, seed=seed)
    model, points = trained.model, curve(trained.model, trained.patterns)
    text = write_model(model)
    picture = out.with_suffix(".svg")
    out.write_text(text, "utf-8")
    picture.write_text(draw(points, join_at=model.join.weight / 1000), "utf-8")
    out.with_suffix(".md").write_text(card(model, points, picture=picture.name), "utf-8")
    if use:
        path = model_file(settings.data, Kind.PERSON)
        prepare(path.parent)
        path.write_text(text, "utf-8")
    terminal.answer({"out": str(out), "version": version, "records": len(encodings), "in_force": use})
    terminal.say(f"Model {version} in {out}" + (", in force: run `mast resolve`" if use else ""))
