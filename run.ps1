# Opens Mot Cua on a training ward kept in out\ward, made on first use. What follows goes to motcua:
#   .\run.ps1 doctor        .\run.ps1 do commands.jsonl        .\run.ps1 --data DIR
$ErrorActionPreference = 'Stop'
Set-Location -LiteralPath $PSScriptRoot
& "$PSScriptRoot\setup.ps1" run
$motcua = '.venv\Scripts\motcua.exe'
$ward = 'out\ward'
$own = 'demo', 'init', 'enrol', 'restore'
$isOwn = $args.Count -gt 0 -and ($own -contains $args[0] -or $args -contains '--help' -or $args -contains '--schema' -or
    @($args -match '^--data(=|$)').Count -gt 0)
if (-not $isOwn) {
    if (-not (Test-Path -LiteralPath $ward)) {
        & $motcua --data $ward init --training --sample
        if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
    }
    & $motcua --data $ward @args
} else {
    & $motcua @args
}
exit $LASTEXITCODE
