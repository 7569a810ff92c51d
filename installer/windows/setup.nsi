; Setup of Một Cửa for Windows 10 1809 or later, x64. Built by build.ps1 on Windows or build-setup.sh on Linux:
;   makensis -DVERSION=0.1.0 -DTREE=dist\motcua -DSTARTERS=. -DOUT=. -DFLOOR=… -DLICENCES=… -DLICENCE=… [-DPER_USER] setup.nsi
; STARTERS is the folder of motcua.exe and motcua.com. Paths have backslashes: makensis on Windows splits at nothing else.
; Silent:  Setup.exe /S [/D=C:\folder]     per machine (asks for an administrator), or with PER_USER for one user.
;          Setup.exe /S /UNIT=C:\folder\unit.toml /UPDATE=C:\folder\update.toml   lays these files down for the first start.
; Remove:  uninstall.exe /S                keeps what people entered;  uninstall.exe /S /REMOVEDATA   deletes it for this user.
; Ends with 0 when all is done, 2 when files could not be written, 3 on an unfit Windows, 4 when the self-test failed, 5 over
; a newer version, 6 while the program is open, 7 without the file that /UNIT or /UPDATE names.
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
!include WinVer.nsh

!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\MotCua"
Name "Một Cửa ${VERSION}"
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "Mot Cua"
VIAddVersionKey "FileDescription" "Setup of Mot Cua"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "see licences"
!ifdef PER_USER
  OutFile "${OUT}\MotCua-${VERSION}-user-setup.exe"
  InstallDir "$LOCALAPPDATA\Programs\MotCua"
  RequestExecutionLevel user
  !define ROOTKEY HKCU
!else
  OutFile "${OUT}\MotCua-${VERSION}-setup.exe"
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
Var Options
Var UnitFile
Var UpdateFile

; Leave when a file that is to be laid down is not there: found out now, not at the first start of each of ten PCs.
!macro FileOption NAME VARIABLE
  StrCpy ${VARIABLE} ""
  ClearErrors
  ${GetOptions} $Options "${NAME}" $R1
  ${IfNot} ${Errors}
    GetFullPathName ${VARIABLE} $R1
    ${If} ${VARIABLE} == ""
    ${OrIfNot} ${FileExists} "${VARIABLE}"
      MessageBox MB_OK|MB_ICONSTOP "Không thấy tệp $R1; kiểm tra lại đường dẫn. (The file is not there.)" /SD IDOK
      SetErrorLevel 7
      Quit
    ${EndIf}
  ${EndIf}
!macroend

; Leave while the program is open: its files cannot be replaced or removed then, and half of them would be.
!macro LeaveIfOpen FILE
  ${If} ${FileExists} "${FILE}"
    ClearErrors
    FileOpen $1 "${FILE}" a
    ${If} ${Errors}
      MessageBox MB_OK|MB_ICONSTOP "Một Cửa đang mở; đóng mọi cửa sổ Một Cửa trên máy này rồi chạy lại. (Close the program first.)" /SD IDOK
      SetErrorLevel 6
      Quit
    ${EndIf}
    FileClose $1
  ${EndIf}
!macroend

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
  ${IfNot} ${AtLeastBuild} 17763
    MessageBox MB_OK|MB_ICONSTOP "Cần Windows 10 (1809) trở lên. (Windows 10 1809 or later is needed.)" /SD IDOK
    SetErrorLevel 3
    Quit
  ${EndIf}
  ${GetParameters} $Options
  !insertmacro FileOption "/UNIT=" $UnitFile
  !insertmacro FileOption "/UPDATE=" $UpdateFile
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
    ; "in use" "before" "floor": nobody goes below the highest floor, and not back by an old setup (motcua update back).
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
  !insertmacro LeaveIfOpen "$INSTDIR\versions\${VERSION}\motcua.exe"
  !insertmacro LeaveIfOpen "$INSTDIR\versions\${VERSION}\motcua-cli.exe"
  SetOutPath "$INSTDIR\versions\${VERSION}"
  ; A silent set-up passes over what cannot be written; half a program is not to be tried out.
  ClearErrors
  File /r "${TREE}\*.*"
  ${If} ${Errors}
    SetErrorLevel 2
    Abort "Không ghi được vào $INSTDIR; máy vẫn dùng bản cũ. (The folder cannot be written.)"
  ${EndIf}
  ; A starter runs as long as the window it started; what runs cannot be replaced, but it can be renamed.
  Delete "$INSTDIR\motcua.exe.old"
  Delete "$INSTDIR\motcua.com.old"
  Rename "$INSTDIR\motcua.exe" "$INSTDIR\motcua.exe.old"
  Rename "$INSTDIR\motcua.com" "$INSTDIR\motcua.com.old"
  SetOutPath "$INSTDIR"
  File "${STARTERS}\motcua.exe"
  File "${STARTERS}\motcua.com"
  SetOutPath "$INSTDIR\licences"
  File /r "${LICENCES}\*.*"

  ; The program shows that it works here before it is put into use. (/NOTEST for machines that cannot, such as Wine.)
  ClearErrors
  ${GetOptions} $Options "/NOTEST" $R1
  ${If} ${Errors}
    DetailPrint "Đang tự kiểm tra, khoảng nửa phút… (The program tests itself.)"
    nsExec::ExecToStack '"$INSTDIR\versions\${VERSION}\motcua-cli.exe" update self-test --expect ${VERSION}'
    Pop $0
    ${If} $0 != 0
      ${If} $Current != "${VERSION}"
        SetOutPath "$INSTDIR"
        RMDir /r "$INSTDIR\versions\${VERSION}"
      ${EndIf}
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
  ${If} $0 == 0
    SetErrorLevel 2
    Abort "Không ghi được vào $INSTDIR; máy vẫn dùng bản cũ. (The folder cannot be written.)"
  ${EndIf}

!ifdef PER_USER
  StrCpy $2 "$LOCALAPPDATA\motcua"
!else
  StrCpy $2 "$APPDATA\motcua" ; ProgramData, in the context of all users
!endif
  ; Ours from the start: who made this folder could say whose updates are trusted.
  CreateDirectory $2
  ${If} $UnitFile != ""
    CopyFiles /SILENT $UnitFile "$2\unit.toml"
  ${EndIf}
  ${If} $UpdateFile != ""
    CopyFiles /SILENT $UpdateFile "$2\update.toml"
  ${EndIf}

  SetOutPath "$INSTDIR"
  CreateShortcut "$SMPROGRAMS\Một Cửa.lnk" "$INSTDIR\motcua.exe"
  ; A console in which the commands of the manuals run as they are written there: motcua doctor, motcua update status …
  CreateShortcut "$SMPROGRAMS\Một Cửa (dòng lệnh).lnk" "$SYSDIR\cmd.exe" \
    '/k "set "PATH=%PATH%;$INSTDIR"& cd /d "%USERPROFILE%"& chcp 65001 >nul"' "$INSTDIR\motcua.exe"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  WriteRegStr ${ROOTKEY} "${KEY}" "DisplayName" "Một Cửa"
  WriteRegStr ${ROOTKEY} "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr ${ROOTKEY} "${KEY}" "Publisher" "Một Cửa"
  WriteRegStr ${ROOTKEY} "${KEY}" "DisplayIcon" "$INSTDIR\motcua.exe"
  WriteRegStr ${ROOTKEY} "${KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr ${ROOTKEY} "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr ${ROOTKEY} "${KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  ${GetSize} "$INSTDIR\versions\${VERSION}" "/S=0K" $0 $1 $2
  WriteRegDWORD ${ROOTKEY} "${KEY}" "EstimatedSize" $0
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

Function un.onInit
  !insertmacro LeaveIfOpen "$INSTDIR\motcua.exe"
  !insertmacro LeaveIfOpen "$INSTDIR\motcua.com"
FunctionEnd

Section Uninstall
  SetRegView 64
!ifdef PER_USER
  SetShellVarContext current
!else
  SetShellVarContext all
!endif
  Delete "$SMPROGRAMS\Một Cửa.lnk"
  Delete "$SMPROGRAMS\Một Cửa (dòng lệnh).lnk"
  RMDir /r "$INSTDIR\versions"
  RMDir /r "$INSTDIR\fetched"
  RMDir /r "$INSTDIR\licences"
  Delete "$INSTDIR\motcua.exe"
  Delete "$INSTDIR\motcua.com"
  Delete "$INSTDIR\motcua.exe.old"
  Delete "$INSTDIR\motcua.com.old"
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
