"""Any sentence-transformers model can take the place of the bundled one."""

import pytest

from embeddings import load_encoder
from kb.search import open_index
from tests.kb.test_search import smaller


@pytest.fixture(scope="module")
def tiny_transformer(tmp_path_factory) -> str:
    """A folder with an untrained BERT of two small layers over single characters, as sentence-transformers saves one."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    source, folder = tmp_path_factory.mktemp("bert"), tmp_path_factory.mktemp("tiny")
    signs = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *sorted(set("楼上漏水物业费电梯困人谁管怎么办交吗不")),
    ]
    (source / "vocab.txt").write_text("\n".join(signs), encoding="utf-8")
    BertTokenizerFast(vocab_file=str(source / "vocab.txt")).save_pretrained(source)
    config = BertConfig(
        vocab_size=len(signs),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
    )
    BertModel(config).save_pretrained(source)
    words = Transformer(str(source), max_seq_length=32)
    SentenceTransformer(modules=[words, Pooling(32)], device="cpu").save(str(folder))
    return str(folder)


def test_a_sentence_transformers_folder_serves_as_the_encoder(house, tiny_transformer, tmp_path):
    encoder = load_encoder(tiny_transformer)
    rows = encoder.encode(["楼上漏水", "电梯困人"])
    library = smaller(house, 20)

    assert (2, encoder.dim) == rows.shape == (2, 32)
    assert rows @ rows.T == pytest.approx((rows @ rows.T).T) and (rows**2).sum(1) == pytest.approx(
        [1, 1], abs=1e-5
    )
    assert open_index(library, encoder, tmp_path).search(next(iter(library.articles.values())).title).hits


def test_another_encoder_makes_a_new_index(house, tiny_transformer, tmp_path):
    library = smaller(house, 12)
    open_index(library, house.encoder, tmp_path)
    first = (tmp_path / "current").read_text()
    open_index(library, load_encoder(tiny_transformer), tmp_path)

    assert first != (tmp_path / "current").read_text()
