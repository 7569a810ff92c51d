# Builds Setup.exe on a Windows 10/11 PC with Python 3.11 (py launcher) and NSIS 3:
#   powershell -ExecutionPolicy Bypass -File installer\windows\build.ps1 [-Certificate THUMBPRINT] [-TimeStamp URL] [-KeepTree]
# Everything comes from the locked requirements. Each step stops the build when it fails; the last one installs the result
# for this user into a temporary folder, lets it test itself, and removes it again.
param(
    [string]$Certificate = "",
    [string]$TimeStamp = "http://timestamp.digicert.com",
    [string]$Floor = "0.1.0",
    [switch]$KeepTree
)
$ErrorActionPreference = "Stop"
$root = (Resolve-Path "$PSScriptRoot\..\..").Path
$out = "$root\out\package"
New-Item -ItemType Directory -Force $out | Out-Null

function Invoke-Step([string]$what, [scriptblock]$work) {
    $started = Get-Date
    & $work
    if ($LASTEXITCODE -ne 0) { throw "$what failed ($LASTEXITCODE)" }
    "{0,7:n1} s  {1}" -f ((Get-Date) - $started).TotalSeconds, $what
}

function Find-Program([string]$name, [string[]]$places) {
    $found = Get-Command $name -ErrorAction SilentlyContinue
    if ($found) { return $found.Source }
    foreach ($place in $places) { if (Test-Path $place) { return $place } }
    throw "$name was not found"
}

function Add-Signature([string]$file) {
    if (-not $Certificate) { return }
    & $signtool sign /sha1 $Certificate /fd sha256 /tr $TimeStamp /td sha256 $file
    if ($LASTEXITCODE -ne 0) { throw "signing $file failed" }
}

$makensis = Find-Program "makensis.exe" @("${env:ProgramFiles(x86)}\NSIS\makensis.exe", "$env:ProgramFiles\NSIS\makensis.exe")
$csc = "$env:WINDIR\Microsoft.NET\Framework64\v4.0.30319\csc.exe"
if ($Certificate) { $signtool = Find-Program "signtool.exe" @(Get-ChildItem "${env:ProgramFiles(x86)}\Windows Kits\10\bin\*\x64\signtool.exe" | Select-Object -Last 1 -ExpandProperty FullName) }

Push-Location $root
try {
    Invoke-Step "environment for building" {
        if (-not (Test-Path "$out\tools\Scripts\python.exe")) { py -3.11 -m venv "$out\tools" }
        & "$out\tools\Scripts\python.exe" -m pip install -q --disable-pip-version-check --no-deps --only-binary :all: --require-hashes -r requirements.txt
    }
    $python = "$out\tools\Scripts\python.exe"
    $version = & $python -c "import desktop; print(desktop.__version__)"
    Invoke-Step "icon" { & $python installer\windows\make_icon.py "$root\installer\windows\motcua.ico" }
    Invoke-Step "program" { & $python installer\build.py tree }
    $tree = "$out\dist\motcua"
    $starter = "/nologo", "/codepage:65001", "/platform:x64", "/win32icon:installer\windows\motcua.ico", "installer\windows\motcua.cs"
    Invoke-Step "starter" { & $csc /target:winexe "/out:$out\motcua.exe" @starter }
    Invoke-Step "starter with a console" { & $csc /target:exe /define:CONSOLE "/out:$out\motcua.com" @starter }
    # makensis takes a text without a mark of its encoding for one of this PC's code page.
    Get-Content installer\licences\THIRD-PARTY.md -Encoding UTF8 | Set-Content "$out\licence.txt" -Encoding UTF8
    Invoke-Step "self-test of the program" { & "$tree\motcua-cli.exe" update self-test --expect $version | Out-Host }
    Add-Signature "$tree\motcua.exe"
    Add-Signature "$tree\motcua-cli.exe"
    Add-Signature "$out\motcua.exe"
    Add-Signature "$out\motcua.com"
    foreach ($kind in @(@(), @("-DPER_USER"))) {
        Invoke-Step "setup $kind" {
            & $makensis "-V2" "-INPUTCHARSET" "UTF8" "-DVERSION=$version" "-DFLOOR=$Floor" "-DTREE=$tree" "-DSTARTERS=$out" "-DLICENCES=$root\installer\licences" "-DLICENCE=$out\licence.txt" "-DOUT=$out" @kind installer\windows\setup.nsi
        }
    }
    Get-ChildItem "$out\MotCua-$version*-setup.exe" | ForEach-Object { Add-Signature $_.FullName }

    # Self-test of the setup itself, per user, silent, in a folder with a space and Vietnamese letters.
    # By their numbers: Windows PowerShell reads a script without a mark as one of this PC's code page.
    $place = Join-Path $env:TEMP ("M{0}t C{1}a th{1}" -f [char]0x1ED9, [char]0x1EED)
    Invoke-Step "install silently" { $p = Start-Process "$out\MotCua-$version-user-setup.exe" -ArgumentList "/S /D=$place" -Wait -PassThru; $global:LASTEXITCODE = $p.ExitCode }
    Invoke-Step "installed program tests itself" { & "$place\motcua.com" update self-test --expect $version | Out-Host }
    Invoke-Step "remove silently" { $p = Start-Process "$place\uninstall.exe" -ArgumentList "/S _?=$place" -Wait -PassThru; $global:LASTEXITCODE = $p.ExitCode }
    if (Test-Path "$place\versions") { throw "the program was not removed" }
    # With _? the remover runs where it lies and cannot take itself away.
    Remove-Item -Recurse -Force $place
    Get-ChildItem "$out\MotCua-$version*-setup.exe" | Format-Table Name, Length
} finally {
    Pop-Location
    if (-not $KeepTree) { Remove-Item -Recurse -Force "$out\work" -ErrorAction SilentlyContinue }
}
