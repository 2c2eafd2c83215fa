# The packages in .venv and what each says of its licence, as one line of JSON: [[name, version, words…], …].
# Words, in the order of how exact they are: License-Expression (SPDX), the classifiers, the field License.
import json
from importlib.metadata import distributions


def words(metadata):
    if metadata.get("License-Expression"):
        return [metadata["License-Expression"]]
    classifiers = [
        classifier.split(" :: ")[-1]
        for classifier in metadata.get_all("Classifier") or []
        if classifier.startswith("License :: ") and not classifier.endswith("OSI Approved")
    ]
    licence = metadata.get("License")
    return classifiers or ([licence] if licence else [])


packages = {
    distribution.metadata["Name"]: [distribution.version, *words(distribution.metadata)]
    for distribution in distributions()
}
print(json.dumps([[name, *rest] for name, rest in sorted(packages.items(), key=lambda item: item[0].lower())]))
