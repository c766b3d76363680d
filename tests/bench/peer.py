"""PyTorch on the very same net, batch and threads: the other engine of bench.sh.

    peer.py DIGITS.csv                   reads requests from stdin, a line each, answers with a line
    peer.py DIGITS.csv 'memory ...'      answers one request

Requests: train|infer CONF BATCH THREADS SECONDS fp32|bf16, and memory CONF BATCH THREADS fp32|bf16.
Each kind of step is first tried with both memory formats (NCHW and channels_last) and goes on with
the faster one. Adam, softmax cross-entropy and zero_grad as a training script would have them.
"""
import configparser
import resource
import sys
import time

import numpy
import torch
from torch import nn

ROWS = 16384


def build(path):
    """The net of an experiment file, layer by layer."""
    conf = configparser.ConfigParser(inline_comment_prefixes=(';',))
    conf.read(path)
    layers, channels, size, flat = [], 1, 28, False
    for line in conf['model']['layers'].split('\n'):
        words = line.split()
        if not words:
            continue
        if words[0] == 'conv':
            filters, k = int(words[1]), int(words[2].split('x')[0])
            pad = k // 2 if 'same' in words else 0
            layers.append(nn.Conv2d(channels, filters, k, padding=pad))
            channels, size = filters, size + 2 * pad - k + 1
        elif words[0] == 'dense':
            if not flat:
                layers.append(nn.Flatten())
                channels, flat = channels * size * size, True
            layers.append(nn.Linear(channels, int(words[1])))
            channels = int(words[1])
        elif words[0] == 'batchnorm':
            norm = nn.BatchNorm1d if flat else nn.BatchNorm2d
            layers.append(norm(channels, eps=1e-3, momentum=0.01))
        elif words[0] == 'relu':
            layers.append(nn.ReLU())
        elif words[0] == 'maxpool':
            layers.append(nn.MaxPool2d(int(words[1])))
            size //= int(words[1])
        elif words[0] == 'dropout':
            layers.append(nn.Dropout(float(words[1])))
        elif words[0] != 'flatten':
            sys.exit('peer.py: no layer is called ' + words[0])
    return nn.Sequential(*layers)


class Bench:
    def __init__(self, path, channels_last):
        self.format = torch.channels_last if channels_last else torch.contiguous_format
        self.net = build(path).to(memory_format=self.format)
        self.adam = torch.optim.Adam(self.net.parameters(), lr=1e-3, eps=1e-7)
        self.loss = nn.CrossEntropyLoss()
        self.at = 0

    def step(self, images, labels, batch, bf16):
        if self.at + batch > len(images):
            self.at = 0
        x = images[self.at:self.at + batch].contiguous(memory_format=self.format)
        y = labels[self.at:self.at + batch]
        self.at += batch
        self.adam.zero_grad(set_to_none=True)
        with torch.autocast('cpu', torch.bfloat16, enabled=bf16):
            loss = self.loss(self.net(x), y)
        loss.backward()
        self.adam.step()

    def predict(self, images, labels, batch, bf16):
        if self.at + batch > len(images):
            self.at = 0
        x = images[self.at:self.at + batch].contiguous(memory_format=self.format)
        self.at += batch
        with torch.no_grad(), torch.autocast('cpu', torch.bfloat16, enabled=bf16):
            torch.softmax(self.net(x), 1)


def rate(bench, mode, data, batch, seconds, bf16):
    bench.net.train(mode == 'train')
    work = bench.step if mode == 'train' else bench.predict
    start, done = time.perf_counter(), 0
    while True:
        work(*data, batch, bf16)
        done += batch
        passed = time.perf_counter() - start
        if passed >= seconds:
            return done / passed


def read_digits(path):
    rows = []
    with open(path) as file:
        next(file)
        for line in file:
            rows.append(numpy.array(line.split(','), dtype=numpy.uint8))
            if len(rows) == ROWS:
                break
    table = numpy.stack(rows)
    images = torch.from_numpy(table[:, 1:].astype(numpy.float32) / 255).reshape(-1, 1, 28, 28)
    return images, torch.from_numpy(table[:, 0].astype(numpy.int64))


def main():
    data = read_digits(sys.argv[1])
    chosen = {}

    def pick(mode, path, batch, bf16):
        key = mode, path, batch, bf16
        if key not in chosen:
            both = [Bench(path, False), Bench(path, True)]
            for bench in both:
                rate(bench, mode, data, batch, 0.3, bf16)
            chosen[key] = max(both, key=lambda b: rate(b, mode, data, batch, 0.5, bf16))
        return chosen[key]

    def answer(request):
        words = request.split()
        mode, path, batch, threads, kind = words[0], words[1], int(words[2]), words[3], words[-1]
        torch.set_num_threads(int(threads))
        if mode == 'memory':
            bench = Bench(path, True)
            rate(bench, 'train', data, batch, 0.2, kind == 'bf16')
            return '%.0f' % (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        bench = pick(mode, path, batch, kind == 'bf16')
        return '%.1f' % rate(bench, mode, data, batch, float(words[4]), kind == 'bf16')

    if len(sys.argv) > 2:
        print(answer(sys.argv[2]))
        return
    for line in sys.stdin:
        print(answer(line), flush=True)


main()
