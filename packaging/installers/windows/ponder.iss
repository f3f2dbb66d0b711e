; The Windows installer, for Inno Setup 6.3 or newer. make_windows.py compiles it, with /DVersion=, /DBundle= and /O.
; UTF-8 with a byte order mark: the compiler takes the texts below for the system's code page without one.

#ifndef Version
  #error Say which version: /DVersion=1.2.3
#endif
#ifndef Bundle
  #define Bundle "..\..\..\dist\ponder"
#endif
#define Root "..\..\.."
#define AppName "Ponder"
#define Program "Ponder.exe"

[Setup]
; The same in every version: an upgrade finds the old installation by it.
AppId={{7E0B6B0C-53D4-4A86-9C0A-5D1B7C3F92AE}
AppName={#AppName}
AppVersion={#Version}
AppVerName={#AppName} {#Version}
AppPublisher=Ponder contributors
VersionInfoVersion={#Version}
; For one person and without asking for an administrator, unless somebody wants it for everyone.
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
DefaultDirName={autopf}\{#AppName}
UsePreviousAppDir=yes
DisableProgramGroupPage=yes
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
; Windows 10, version 1809, as Qt asks for.
MinVersion=10.0.17763
LicenseFile={#Root}\LICENSE
SetupIconFile={#Root}\packaging\icons\ponder.ico
UninstallDisplayIcon={app}\{#Program}
UninstallDisplayName={#AppName}
WizardStyle=modern
Compression=lzma2/max
SolidCompression=yes
LZMAUseSeparateProcess=yes
; An open Ponder is asked to close, because its files are replaced.
CloseApplications=yes
RestartApplications=no
OutputBaseFilename=ponder-{#Version}-windows-x86_64

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"
; Not every release of Inno Setup brings these two.
#ifexist "compiler:Languages\ChineseSimplified.isl"
  #define HasChinese
Name: "zh_CN"; MessagesFile: "compiler:Languages\ChineseSimplified.isl"
#endif
#ifexist "compiler:Languages\Arabic.isl"
  #define HasArabic
Name: "ar"; MessagesFile: "compiler:Languages\Arabic.isl"
#endif

[CustomMessages]
en.DeleteData=Delete your chats, settings and models as well?%n%nThey are in %1 and cannot be brought back.
de.DeleteData=Auch die eigenen Chats, Einstellungen und Modelle löschen?%n%nSie liegen in %1 und lassen sich nicht wiederherstellen.
#ifdef HasChinese
zh_CN.DeleteData=是否同时删除你的对话、设置和模型？%n%n它们位于 %1，删除后无法恢复。
#endif
#ifdef HasArabic
ar.DeleteData=هل تريد أيضًا حذف محادثاتك وإعداداتك ونماذجك؟%n%nتوجد في %1 ولا يمكن استعادتها.
#endif

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; GroupDescription: "{cm:AdditionalIcons}"; Flags: unchecked

[InstallDelete]
; Nothing of an older version stays between the files of the new one. What people wrote is not in here.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Bundle}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs
Source: "{#Root}\LICENSE"; DestDir: "{app}"; DestName: "LICENSE.txt"; Flags: ignoreversion

[Icons]
Name: "{autoprograms}\{#AppName}"; Filename: "{app}\{#Program}"
Name: "{autodesktop}\{#AppName}"; Filename: "{app}\{#Program}"; Tasks: desktopicon

[Run]
Filename: "{app}\{#Program}"; Description: "{cm:LaunchProgram,{#AppName}}"; Flags: nowait postinstall skipifsilent

[Code]
{ Settings, chats, models, cache and logs, as app/core/paths.py has it. }
function DataFolder: String;
begin
  Result := ExpandConstant('{localappdata}\Ponder');
end;

{ Asked once the program is gone, with "no" as the answer of whoever just presses Enter. A silent removal keeps the data;
  so does that of an installation for everyone, because an administrator removes it, and the data are other people's. }
procedure CurUninstallStepChanged(CurUninstallStep: TUninstallStep);
begin
  if (CurUninstallStep <> usPostUninstall) or UninstallSilent or IsAdminInstallMode
    or not DirExists(DataFolder) then
    Exit;
  if SuppressibleMsgBox(FmtMessage(CustomMessage('DeleteData'), [DataFolder]), mbConfirmation,
    MB_YESNO or MB_DEFBUTTON2, IDNO) = IDYES then
    DelTree(DataFolder, True, True, True);
end;
