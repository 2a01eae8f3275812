"""python -m embeddings.training --general FILE --domain FILE… : train and save the bundled encoder."""

import argparse
import hashlib
from pathlib import Path

from embeddings.encoder import BUNDLED
from embeddings.training import pairs
from embeddings.training.table import Recipe, build_tokenizer, save, train


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--general", type=Path, help="jsonl.gz of query, positive, source")
    parser.add_argument(
        "--domain", type=Path, nargs="+", required=True, help="jsonl of query, positive, group"
    )
    parser.add_argument("--out", type=Path, default=BUNDLED)
    parser.add_argument("--steps", type=int, default=Recipe.steps)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    recipe = Recipe(steps=options.steps, seed=options.seed)
    found = pairs.load(options.general, options.domain)
    print({p.name: len(p.queries) for p in found}, flush=True)
    tokenizer = build_tokenizer(found, recipe)
    vectors = train(
        found, tokenizer, recipe, report=lambda step, loss: print(f"step {step} loss {loss:.3f}", flush=True)
    )
    save(options.out, tokenizer, vectors)
    weights = (options.out / "model.safetensors").read_bytes()
    (options.out / "digest.txt").write_text(hashlib.sha256(weights).hexdigest()[:12] + "\n")


if __name__ == "__main__":
    main()
