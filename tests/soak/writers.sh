#!/bin/bash
# Eight trainings of 50 epochs each at full rate, and readers, on one file; run by `make soak`.
WRITERS=8 EPOCHS=50 exec bash tests/pipeline/train/writers.sh
