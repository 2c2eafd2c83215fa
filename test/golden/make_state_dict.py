"""A small CNN trained in PyTorch and saved by its safetensors: python make_state_dict.py writes, beside this file,

- cnn-8x8.safetensors: model.state_dict(), as any user saves it,
- cnn-8x8-outputs.safetensors: images, and what the model makes of them in eval().

Needs torch and safetensors; the digits are those that the package ships.
"""
import gzip, pathlib

import torch
from safetensors.torch import save_file

here = pathlib.Path(__file__).parent
data = here.parents[1] / "src" / "data" / "files"


def read(name, header):
    return torch.frombuffer(bytearray(gzip.decompress((data / name).read_bytes())[header:]), dtype=torch.uint8)


torch.manual_seed(7)
torch.set_num_threads(1)
images = read("digits-images-idx3-ubyte.gz", 16).float().view(-1, 1, 8, 8) / 16
labels = read("digits-labels-idx1-ubyte.gz", 8).long()


def block(inputs, outputs):
    nn = torch.nn
    return [nn.Conv2d(inputs, outputs, 3, padding="same", bias=False), nn.BatchNorm2d(outputs), nn.ReLU(), nn.MaxPool2d(2)]


model = torch.nn.Sequential(*block(1, 6), *block(6, 9), torch.nn.Flatten(), torch.nn.Linear(9 * 2 * 2, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
for step in range(200):
    chosen = torch.randint(0, 1000, (64,))
    optimizer.zero_grad()
    torch.nn.functional.cross_entropy(model(images[chosen]), labels[chosen]).backward()
    optimizer.step()
save_file(model.state_dict(), here / "cnn-8x8.safetensors")

model.eval()
shown = images[1000:1100].contiguous()
with torch.no_grad():
    outputs = model(shown)
accuracy = (outputs.argmax(1) == labels[1000:1100]).double().mean().item()
save_file({"images": shown, "outputs": outputs}, here / "cnn-8x8-outputs.safetensors")
print("accuracy on 100 images that it was not trained on:", accuracy)
