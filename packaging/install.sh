#!/bin/sh
# Installs lifecircle from this folder, without a network: ./install.sh [folder to install into]
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
target=${1:-"${XDG_DATA_HOME:-$HOME/.local/share}/lifecircle-program"}
python=${PYTHON:-python@PYTHON@}
if ! "$python" -c 'import sys; raise SystemExit(sys.version_info[:2] != tuple(map(int, "@PYTHON@".split("."))))' 2>/dev/null; then
  echo "未找到 Python @PYTHON@，请先安装，或用环境变量 PYTHON 指明其位置。" >&2
  exit 1
fi
"$python" -m venv "$target"
"$target/bin/python" -m pip install --quiet --disable-pip-version-check --no-index \
  --find-links "$here/wheels/linux" --require-hashes --requirement "$here/requirements-linux.txt"
"$target/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --no-deps "$here"/wheels/lifecircle-*.whl
echo "正在编译计算内核（仅一次，约半分钟）……"
"$target/bin/lifecircle" warm
echo "安装完成：$target/bin/lifecircle"
