# Prepares this checkout on Windows: .venv from the locked requirements and the commands in it (see setup.sh).
#   .\setup.ps1 run     what run.ps1 needs
#   .\setup.ps1 test    what test.ps1 needs: the tools, and .venv-headless, an environment without Qt
param([ValidateSet('run', 'test')][string]$Mode = 'run')
$ErrorActionPreference = 'Stop'
Set-Location -LiteralPath $PSScriptRoot

# Windows PowerShell takes a native program's standard error for an error of its own: exit codes are what counts.
function Find-Python {
    $ErrorActionPreference = 'Continue'
    foreach ($version in '3.11', '3.12', '3.13') {
        if (Get-Command py -ErrorAction SilentlyContinue) {
            & py "-$version" -c 'import venv' 2>$null
            if ($LASTEXITCODE -eq 0) { return @('py', "-$version") }
        }
    }
    if (Get-Command python -ErrorAction SilentlyContinue) {
        & python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>$null
        if ($LASTEXITCODE -eq 0) { return @('python') }
    }
    throw 'Python 3.11, 3.12 or 3.13 is needed (can cai Python 3.11, 3.12 hoac 3.13).'
}

function Invoke-Step([string]$Label, [string]$Program, [string[]]$Arguments) {
    $ErrorActionPreference = 'Continue'
    $watch = [Diagnostics.Stopwatch]::StartNew()
    Write-Host "$Label ... " -NoNewline
    $output = & $Program @Arguments 2>&1
    if ($LASTEXITCODE -ne 0) {
        $output | Select-Object -Last 25 | Write-Host
        throw "$Label failed"
    }
    Write-Host ('{0:n0} s' -f $watch.Elapsed.TotalSeconds)
}

function Install-Environment([string]$Folder, [string[]]$Locks, [string]$Steps) {
    foreach ($lock in $Locks) {
        $wanted = (Get-FileHash $lock).Hash + (Get-FileHash pyproject.toml).Hash + $PSScriptRoot
        $stamp = "$Folder\.stamp-$lock"
        # UTF-8: the folder's name may have letters that the machine's code page has not.
        if ((Test-Path "$Folder\Scripts\motcua.exe") -and (Test-Path $stamp) -and
            (Get-Content $stamp -Raw -Encoding UTF8).Trim() -eq $wanted) { return }
    }
    $lock = $Locks[0]
    $wanted = (Get-FileHash $lock).Hash + (Get-FileHash pyproject.toml).Hash + $PSScriptRoot
    $python = "$Folder\Scripts\python.exe"
    if (-not (Test-Path $python)) {
        $command = @(Find-Python)
        $rest = @($command | Select-Object -Skip 1) + @('-m', 'venv', $Folder)
        Invoke-Step "[$Steps] $Folder" $command[0] $rest
    }
    $pip = @('-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--no-deps')
    Remove-Item "$Folder\.stamp-*" -ErrorAction SilentlyContinue
    Invoke-Step "[$Steps] $lock" $python ($pip + @('--no-compile', '--only-binary', ':all:', '--require-hashes', '-r', $lock))
    Invoke-Step "[$Steps] motcua" $python ($pip + @('--no-build-isolation', '-e', '.'))
    Set-Content "$Folder\.stamp-$lock" $wanted -Encoding UTF8
}

if ($Mode -eq 'run') {
    Install-Environment '.venv' @('requirements.txt', 'requirements-dev.txt') '1/1'
} else {
    Install-Environment '.venv' @('requirements-dev.txt') '1/2'
    Install-Environment '.venv-headless' @('requirements-headless.txt') '2/2'
}
