# Everything that must hold before a change lands: checks, the unit tests without Qt, then the whole suite.
# With arguments, only pytest: .\test.ps1 tests\unit -k deadline
$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot
& "$PSScriptRoot\setup.ps1" test
if ($args.Count -gt 0) {
    & .venv\Scripts\python.exe -m pytest @args
    exit $LASTEXITCODE
}
foreach ($recipe in 'check', 'headless', 'suite') {
    $watch = [Diagnostics.Stopwatch]::StartNew()
    & .venv\Scripts\just.exe $recipe
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
    if ($recipe -ne 'suite') { Write-Host ('--- {0}: {1:n0} s' -f $recipe, $watch.Elapsed.TotalSeconds) }
}
