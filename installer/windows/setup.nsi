; Setup of Một Cửa for Windows 10 1809 or later, x64. Built by build.ps1 on Windows or build-setup.sh on Linux:
;   makensis -DVERSION=0.1.0 -DTREE=dist\motcua -DSTARTER=motcua.exe -DOUT=. -DFLOOR=… -DLICENCES=… -DLICENCE=… [-DPER_USER] setup.nsi
; Silent:  Setup.exe /S [/D=C:\folder]     per machine (asks for an administrator), or with PER_USER for one user.
;          Setup.exe /S /UNIT=C:\folder\unit.toml /UPDATE=C:\folder\update.toml   lays these files down for the first start.
; Remove:  uninstall.exe /S                keeps what people entered;  uninstall.exe /S /REMOVEDATA   deletes it for this user.
Unicode true
!ifndef ONLY_X86
  Target amd64-unicode
!endif
SetCompressor /SOLID lzma
ManifestDPIAware true
ManifestSupportedOS all
!include LogicLib.nsh
!include FileFunc.nsh
!include x64.nsh
!include TextFunc.nsh
!include WordFunc.nsh

!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\MotCua"
Name "Một Cửa ${VERSION}"
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "Mot Cua"
VIAddVersionKey "FileDescription" "Setup of Mot Cua"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "see licences"
!ifdef PER_USER
  OutFile "${OUT}/MotCua-${VERSION}-user-setup.exe"
  InstallDir "$LOCALAPPDATA\Programs\MotCua"
  RequestExecutionLevel user
  !define ROOTKEY HKCU
!else
  OutFile "${OUT}/MotCua-${VERSION}-setup.exe"
  InstallDir "$PROGRAMFILES64\MotCua"
  RequestExecutionLevel admin
  !define ROOTKEY HKLM
!endif
InstallDirRegKey ${ROOTKEY} "${KEY}" "InstallLocation"
LoadLanguageFile "${NSISDIR}\Contrib\Language files\Vietnamese.nlf"
LoadLanguageFile "${NSISDIR}\Contrib\Language files\English.nlf"
LicenseData "${LICENCE}"
Page license
Page directory
Page instfiles
UninstPage uninstConfirm
UninstPage instfiles

Var Current
Var Previous
Var Floor

Function .onInit
  SetRegView 64
!ifdef PER_USER
  SetShellVarContext current
!else
  SetShellVarContext all
!endif
  ${IfNot} ${RunningX64}
    MessageBox MB_OK|MB_ICONSTOP "Cần Windows 64 bit. (64-bit Windows is needed.)" /SD IDOK
    SetErrorLevel 3
    Quit
  ${EndIf}
FunctionEnd

Section
  ; Versions lie side by side: the one in use is not touched, and is what the starter returns to when the new one fails.
  StrCpy $Current ""
  StrCpy $Floor "${FLOOR}"
  ClearErrors
  FileOpen $1 "$INSTDIR\current" r
  ${IfNot} ${Errors}
    FileRead $1 $2
    FileClose $1
    Push $2
    Call FirstWord
    Pop $Current
    ; "in use" "before" "floor": nobody goes below the highest floor, and not back by an old setup (motcua-cli update back).
    ${TrimNewLines} $2 $2
    ${WordFind} $2 " " "+3" $4
    ${VersionCompare} "$4" "$Floor" $3
    ${If} $3 == 1
      StrCpy $Floor $4
    ${EndIf}
    ${VersionCompare} "$Current" "${VERSION}" $3
    ${If} $3 == 1
      SetErrorLevel 5
      Abort "Máy đã có bản $Current mới hơn; không cài. (A newer version is installed.)"
    ${EndIf}
  ${EndIf}
  SetOutPath "$INSTDIR\versions\${VERSION}"
  File /r "${TREE}/*.*"
  SetOutPath "$INSTDIR"
  File "${STARTER}"
  SetOutPath "$INSTDIR\licences"
  File /r "${LICENCES}/*.*"

  ; The program shows that it works here before it is put into use. (/NOTEST for machines that cannot, such as Wine.)
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/NOTEST" $R1
  ${If} ${Errors}
    nsExec::ExecToStack '"$INSTDIR\versions\${VERSION}\motcua-cli.exe" update self-test --expect ${VERSION}'
    Pop $0
    ${If} $0 != 0
      SetErrorLevel 4
      Abort "Bản này không qua được tự kiểm tra; máy vẫn dùng bản cũ. (The self-test failed.)"
    ${EndIf}
  ${EndIf}

  StrCpy $Previous "-"
  ${If} $Current != ""
  ${AndIf} $Current != "${VERSION}"
    StrCpy $Previous $Current
  ${EndIf}
  FileOpen $1 "$INSTDIR\current.new" w
  FileWrite $1 "${VERSION} $Previous $Floor$\n"
  FileClose $1
  ; One step: ReplaceFile semantics.
  System::Call 'kernel32::MoveFileExW(w "$INSTDIR\current.new", w "$INSTDIR\current", i 9) i .r0'

!ifdef PER_USER
  StrCpy $2 "$LOCALAPPDATA\motcua"
!else
  StrCpy $2 "$APPDATA\motcua" ; ProgramData, in the context of all users
!endif
  ClearErrors
  ${GetOptions} $R0 "/UNIT=" $R1
  ${IfNot} ${Errors}
    CreateDirectory $2
    CopyFiles /SILENT $R1 "$2\unit.toml"
  ${EndIf}
  ClearErrors
  ${GetOptions} $R0 "/UPDATE=" $R1
  ${IfNot} ${Errors}
    CreateDirectory $2
    CopyFiles /SILENT $R1 "$2\update.toml"
  ${EndIf}

  CreateShortcut "$SMPROGRAMS\Một Cửa.lnk" "$INSTDIR\motcua.exe"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  WriteRegStr ${ROOTKEY} "${KEY}" "DisplayName" "Một Cửa"
  WriteRegStr ${ROOTKEY} "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr ${ROOTKEY} "${KEY}" "Publisher" "Một Cửa"
  WriteRegStr ${ROOTKEY} "${KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr ${ROOTKEY} "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr ${ROOTKEY} "${KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD ${ROOTKEY} "${KEY}" "NoModify" 1
  WriteRegDWORD ${ROOTKEY} "${KEY}" "NoRepair" 1
SectionEnd

Function FirstWord ; "a b c" -> "a"
  Exch $0
  Push $1
  Push $2
  StrCpy $1 0
  loop:
    StrCpy $2 $0 1 $1
    StrCmp $2 "" done
    StrCmp $2 " " done
    IntOp $1 $1 + 1
    Goto loop
  done:
  StrCpy $0 $0 $1
  Pop $2
  Pop $1
  Exch $0
FunctionEnd

Section Uninstall
  SetRegView 64
!ifdef PER_USER
  SetShellVarContext current
!else
  SetShellVarContext all
!endif
  Delete "$SMPROGRAMS\Một Cửa.lnk"
  RMDir /r "$INSTDIR\versions"
  RMDir /r "$INSTDIR\fetched"
  RMDir /r "$INSTDIR\licences"
  Delete "$INSTDIR\motcua.exe"
  Delete "$INSTDIR\current"
  Delete "$INSTDIR\machine"
  Delete "$INSTDIR\update.lock"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  DeleteRegKey ${ROOTKEY} "${KEY}"
  ; What people entered stays, unless it is said otherwise.
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/REMOVEDATA" $R1
  ${IfNot} ${Errors}
    SetShellVarContext current
    RMDir /r "$LOCALAPPDATA\motcua"
  ${EndIf}
SectionEnd
