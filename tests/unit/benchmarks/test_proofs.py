from benchmarks import __main__ as runner


def test_packages_with_a_module_of_proofs_are_proofs_beside_the_modules() -> None:
    found = dict(runner._modules())
    assert found["detection"].__name__ == "benchmarks.detection.proofs"
    assert found["house"].__name__ == "benchmarks.house"
    assert hasattr(found["detection"], "proofs")
