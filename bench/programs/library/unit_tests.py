"""unittest: a suite of test cases, subtests, mocks, failures among them, run to a stream."""

import io
import unittest
from unittest import mock

CASES = {2: [12, 2, 2, 2], 540: [3240, 540, 540, 540]}


class Sample(unittest.TestCase):
    def setUp(self):
        self.items = [3, 1, 2]

    def test_equal(self):
        self.assertEqual(sorted(self.items), [1, 2, 3])
        self.assertIn(3, self.items)
        self.assertAlmostEqual(0.1 + 0.2, 0.3)

    def test_raises(self):
        with self.assertRaises(KeyError):
            {}["key"]
        with self.assertRaisesRegex(ValueError, "invalid literal"):
            int("x")

    def test_subtests(self):
        for i in range(10):
            with self.subTest(i=i):
                self.assertEqual(i % 5, i - 5 * (i > 4))

    def test_fails(self):
        self.assertEqual({"a": [1, 2, 3]}, {"a": [1, 2, 4]})

    def test_mock(self):
        service = mock.Mock()
        service.fetch.return_value = 7
        self.assertEqual(service.fetch("a"), 7)
        service.fetch.assert_called_once_with("a")
        with mock.patch.object(Sample, "marker", 5, create=True):
            self.assertEqual(Sample.marker, 5)

    @unittest.skip("on purpose")
    def test_skipped(self):
        pass


def main(size):
    run = failures = skipped = length = 0
    for _ in range(size):
        stream = io.StringIO()
        suite = unittest.defaultTestLoader.loadTestsFromTestCase(Sample)
        result = unittest.TextTestRunner(stream=stream, verbosity=2).run(suite)
        run += result.testsRun
        failures += len(result.failures)
        skipped += len(result.skipped)
        length += len(stream.getvalue()) > 300
    return [run, failures, skipped, length]
