# Everything that must hold before a change lands: checks, the unit tests without Qt, then all others.
# With arguments, only pytest: .\test.ps1 tests\unit -k deadline
$ErrorActionPreference = 'Stop'
Set-Location -LiteralPath $PSScriptRoot
& "$PSScriptRoot\setup.ps1" test
# Tests start the program hundreds of times: compiled once, as it is where it is installed.
Remove-Item Env:PYTHONDONTWRITEBYTECODE -ErrorAction SilentlyContinue
if ($args.Count -gt 0) {
    & .venv\Scripts\python.exe -m pytest @args
    exit $LASTEXITCODE
}
foreach ($recipe in 'check', 'headless') {
    $watch = [Diagnostics.Stopwatch]::StartNew()
    & .venv\Scripts\just.exe $recipe
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
    Write-Host ('--- {0}: {1:n0} s' -f $recipe, $watch.Elapsed.TotalSeconds)
}
& .venv\Scripts\just.exe suite '--ignore=tests/unit'
exit $LASTEXITCODE
