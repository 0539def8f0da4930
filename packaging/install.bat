@echo off
rem Installs lifecircle from this folder, without a network: install.bat [folder to install into]
chcp 65001 >nul
setlocal
set "HERE=%~dp0"
set "TARGET=%LOCALAPPDATA%\lifecircle-program"
if not "%~1"=="" set "TARGET=%~1"
set "PY=py -@PYTHON@"
%PY% -c "import struct; raise SystemExit(struct.calcsize('P') != 8)" 2>nul
if errorlevel 1 (
  set "PY=python"
  python -c "import struct, sys; raise SystemExit(sys.version_info[:2] != tuple(map(int, '@PYTHON@'.split('.'))) or struct.calcsize('P') != 8)" 2>nul
  if errorlevel 1 (
    echo 未找到 64 位 Python @PYTHON@。请先用其安装程序安装，再运行本文件。
    exit /b 1
  )
)
%PY% -m venv "%TARGET%" || goto failed
"%TARGET%\Scripts\python.exe" -m pip install --quiet --disable-pip-version-check --no-index --find-links "%HERE%wheels\windows" --require-hashes --requirement "%HERE%requirements-windows.txt" || goto failed
for %%f in ("%HERE%wheels\lifecircle-*.whl") do "%TARGET%\Scripts\python.exe" -m pip install --quiet --disable-pip-version-check --no-index --no-deps "%%f" || goto failed
echo 正在编译计算内核（仅一次，约半分钟）……
"%TARGET%\Scripts\lifecircle.exe" warm || goto failed
echo 安装完成：%TARGET%\Scripts\lifecircle.exe
exit /b 0
:failed
echo 安装未完成，请把以上信息告知技术人员。
exit /b 1
