"""jsonschema: validates documents and lists their errors. Its dependency rpds is an extension in Rust."""

import jsonschema

SCHEMA = {"type": "object", "required": ["name"], "properties": {
    "name": {"type": "string", "pattern": "^[a-z]+$"}, "sizes": {"type": "array", "items": {"$ref": "#/$defs/size"}}},
    "additionalProperties": False, "$defs": {"size": {"type": "integer", "minimum": 0}}}


def main():
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for n in range(500):
        assert validator.is_valid({"name": "abc", "sizes": list(range(10))})
    for error in sorted(validator.iter_errors({"name": "A1", "sizes": [1, -1, "x"], "more": 0}), key=str):
        print(list(error.path), error.message)


main()
