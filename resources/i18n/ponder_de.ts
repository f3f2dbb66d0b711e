<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AboutPage</name>
    <message>
        <source>A chat with a language model of your own, on your own computer. Licensed under Apache 2.0.</source>
        <translation>Ein Chat mit einem eigenen Sprachmodell auf dem eigenen Computer. Lizenziert unter Apache 2.0.</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Ponder&apos;s licence</source>
        <translation>Lizenz von Ponder</translation>
    </message>
    <message>
        <source>Qt</source>
        <translation>Qt</translation>
    </message>
    <message>
        <source>The window is made with Qt and PySide6, used under the GNU Lesser General Public License, version 3. Their libraries are separate files beside the program; you may replace them with builds of your own from Qt&apos;s source code.</source>
        <translation>Das Fenster ist mit Qt und PySide6 gemacht, verwendet unter der GNU Lesser General Public License, Version 3. Ihre Bibliotheken liegen als eigene Dateien neben dem Programm und dürfen durch selbst gebaute aus dem Quellcode von Qt ersetzt werden.</translation>
    </message>
    <message>
        <source>Read the licence</source>
        <translation>Lizenz lesen</translation>
    </message>
    <message>
        <source>Qt&apos;s source code</source>
        <translation>Quellcode von Qt</translation>
    </message>
    <message>
        <source>{words}: opens the browser</source>
        <translation>{words}: öffnet den Browser</translation>
    </message>
    <message>
        <source>Opens {address} in your browser</source>
        <translation>Öffnet {address} im Browser</translation>
    </message>
    <message>
        <source>Made with</source>
        <translation>Gemacht mit</translation>
    </message>
    <message>
        <source>This copy of Ponder does not know what it was installed with.</source>
        <translation>Diese Kopie von Ponder weiß nicht, womit sie installiert wurde.</translation>
    </message>
    <message>
        <source>Licence of {package}</source>
        <translation>Lizenz von {package}</translation>
    </message>
    <message>
        <source>The package brings no licence text of its own. What it states is shown in the list.</source>
        <translation>Das Paket enthält keinen eigenen Lizenztext. Was es angibt, steht in der Liste.</translation>
    </message>
</context>
<context>
    <name>AnswerNotices</name>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>{n} tokens</source>
        <translation>{n} Tokens</translation>
    </message>
    <message>
        <source>Load with {facts}</source>
        <translation>Laden mit {facts}</translation>
    </message>
    <message>
        <source>The model asked for a tool named “{name}”. There are no tools here, so nothing was run.</source>
        <translation>Das Modell wollte ein Werkzeug namens „{name}“ verwenden. Hier gibt es keine Werkzeuge, es wurde nichts ausgeführt.</translation>
    </message>
    <message>
        <source>The model began to repeat itself and was stopped. What it wrote is kept.</source>
        <translation>Das Modell begann, sich zu wiederholen, und wurde gestoppt. Was es geschrieben hat, bleibt erhalten.</translation>
    </message>
    <message>
        <source>The model began to repeat itself while it was thinking and was stopped. Your question is kept.</source>
        <translation>Das Modell begann beim Nachdenken, sich zu wiederholen, und wurde gestoppt. Die Frage bleibt erhalten.</translation>
    </message>
    <message>
        <source>The answer reached the longest length that fits, and may be cut short.</source>
        <translation>Die Antwort ist so lang geworden, wie es geht, und kann abgeschnitten sein.</translation>
    </message>
    <message>
        <source>The thoughts took all the room there was for an answer. Your question is kept.</source>
        <translation>Die Gedanken haben den ganzen Platz für die Antwort verbraucht. Die Frage bleibt erhalten.</translation>
    </message>
    <message>
        <source>The model ended without an answer. Your question is kept.</source>
        <translation>Das Modell hat ohne Antwort aufgehört. Die Frage bleibt erhalten.</translation>
    </message>
    <message>
        <source>The answer could not be finished. Your question is kept.</source>
        <translation>Die Antwort konnte nicht beendet werden. Die Frage bleibt erhalten.</translation>
    </message>
    <message>
        <source>Your question and the text above are kept.</source>
        <translation>Die Frage und der Text oben bleiben erhalten.</translation>
    </message>
    <message>
        <source>Your question is kept.</source>
        <translation>Die Frage bleibt erhalten.</translation>
    </message>
</context>
<context>
    <name>AnswerView</name>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Edit the answer</source>
        <translation>Antwort bearbeiten</translation>
    </message>
    <message>
        <source>New chat from here</source>
        <translation>Neuer Chat ab hier</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>Reading… {n} %</source>
        <translation>Liest&#xa0;… {n}&#xa0;%</translation>
    </message>
    <message>
        <source>Waiting for the model…</source>
        <translation>Wartet auf das Modell&#xa0;…</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Liest&#xa0;…</translation>
    </message>
    <message>
        <source>Answer finished</source>
        <translation>Antwort fertig</translation>
    </message>
    <message>
        <source>Answer ended</source>
        <translation>Antwort beendet</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Gestoppt</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation>Als Markdown kopieren</translation>
    </message>
    <message>
        <source>Copy with thoughts</source>
        <translation>Mit Gedanken kopieren</translation>
    </message>
    <message>
        <source>Try again with thinking</source>
        <translation>Mit Nachdenken erneut versuchen</translation>
    </message>
    <message>
        <source>Try again without thinking</source>
        <translation>Ohne Nachdenken erneut versuchen</translation>
    </message>
    <message>
        <source>Delete this and what follows</source>
        <translation>Ab hier löschen</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
</context>
<context>
    <name>AttachmentStrip</name>
    <message>
        <source>Attached files</source>
        <translation>Angehängte Dateien</translation>
    </message>
    <message>
        <source>At most {n} files go along with one message.</source>
        <translation>An eine Nachricht lassen sich höchstens {n} Dateien anhängen.</translation>
    </message>
    <message>
        <source>What was pasted is larger than {n} MiB. Paste a part of it.</source>
        <translation>Der eingefügte Text ist größer als {n}&#xa0;MiB. Füge einen Teil davon ein.</translation>
    </message>
    <message>
        <source>Pasted text.txt</source>
        <translation>Eingefügter Text.txt</translation>
    </message>
    <message>
        <source>Pasted text {n}.txt</source>
        <translation>Eingefügter Text {n}.txt</translation>
    </message>
    <message>
        <source>1 token</source>
        <translation>1 Token</translation>
    </message>
    <message numerus="yes">
        <source>%Ln tokens</source>
        <translation>
            <numerusform>%Ln Token</numerusform>
            <numerusform>%Ln Tokens</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} is larger than {n} MiB. Attach a part of it.</source>
        <translation>{name} ist größer als {n}&#xa0;MiB. Hänge einen Teil davon an.</translation>
    </message>
    <message>
        <source>{name} is not UTF-8 text. Only text files can be attached.</source>
        <translation>{name} ist kein UTF-8-Text. Nur Textdateien lassen sich anhängen.</translation>
    </message>
    <message>
        <source>{name} is empty.</source>
        <translation>{name} ist leer.</translation>
    </message>
    <message>
        <source>{name} cannot be read. Check that it is a file and that you may open it.</source>
        <translation>{name} ist nicht lesbar. Prüfe, ob es eine Datei ist und ob du sie öffnen darfst.</translation>
    </message>
</context>
<context>
    <name>BackupList</name>
    <message>
        <source>There are no backups yet.</source>
        <translation>Es gibt noch keine Sicherungen.</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>Wiederherstellen&#xa0;…</translation>
    </message>
    <message>
        <source>Restore the backup of {time}</source>
        <translation>Sicherung vom {time} wiederherstellen</translation>
    </message>
</context>
<context>
    <name>Bubble</name>
    <message>
        <source>You said</source>
        <translation>Deine Nachricht</translation>
    </message>
    <message>
        <source>Show less</source>
        <translation>Weniger anzeigen</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Alles anzeigen</translation>
    </message>
</context>
<context>
    <name>CalculatorPage</name>
    <message>
        <source>Precision of the weights</source>
        <translation>Genauigkeit der Gewichte</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Dieser Computer</translation>
    </message>
    <message>
        <source>Common graphics cards, with nothing else on them</source>
        <translation>Gängige Grafikkarten, wenn sonst nichts darauf läuft</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Context in tokens</source>
        <translation>Kontext in Tokens</translation>
    </message>
    <message>
        <source>{n} tokens</source>
        <translation>{n} Tokens</translation>
    </message>
    <message>
        <source>{size} of memory in all</source>
        <translation>Insgesamt {size} Speicher</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>KV cache</source>
        <translation>KV-Cache</translation>
    </message>
    <message>
        <source>Workspace</source>
        <translation>Arbeitsbereich</translation>
    </message>
    <message>
        <source>Runtime</source>
        <translation>Laufzeitumgebung</translation>
    </message>
    <message>
        <source>Fits: {names}</source>
        <translation>Passt: {names}</translation>
    </message>
    <message>
        <source>Too small: {names}</source>
        <translation>Zu klein: {names}</translation>
    </message>
    <message>
        <source>Cannot run it: {names}</source>
        <translation>Nicht geeignet: {names}</translation>
    </message>
    <message>
        <source>Checking what this computer has…</source>
        <translation>Ausstattung dieses Computers wird geprüft&#xa0;…</translation>
    </message>
    <message>
        <source>{place}: cannot run it</source>
        <translation>{place}: nicht geeignet</translation>
    </message>
    <message>
        <source>{place}: fits, {needed} of {free} free</source>
        <translation>{place}: passt, {needed} benötigt, {free} frei</translation>
    </message>
    <message>
        <source>{place}: does not fit, {needed} needed and a margin, {free} free</source>
        <translation>{place}: passt nicht, {needed} und etwas Reserve benötigt, {free} frei</translation>
    </message>
</context>
<context>
    <name>CatalogueCard</name>
    <message>
        <source>Model: {name}</source>
        <translation>Modell: {name}</translation>
    </message>
    <message>
        <source>Download {size}</source>
        <translation>Herunterladen ({size})</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>Use {name}</source>
        <translation>{name} verwenden</translation>
    </message>
    <message>
        <source>Benchmarks</source>
        <translation>Benchmarks</translation>
    </message>
    <message>
        <source>Benchmarks of {name}</source>
        <translation>Benchmarks von {name}</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>Auf diesem Computer</translation>
    </message>
</context>
<context>
    <name>CataloguePage</name>
    <message>
        <source>Models come from the Hugging Face hub, are verified byte by byte, and stay on this computer. Nothing is fetched before you press Download. A -Base model continues text; for questions, take one without -Base.</source>
        <translation>Modelle kommen vom Hugging Face Hub, werden Byte für Byte geprüft und bleiben auf diesem Computer. Vor einem Klick auf „Herunterladen“ wird nichts geladen. Ein Modell mit -Base setzt Texte fort; für Fragen eignet sich eines ohne -Base.</translation>
    </message>
</context>
<context>
    <name>ChatDeeds</name>
    <message numerus="yes">
        <source>Move %n chats to the trash? They can be restored from there.</source>
        <translation>
            <numerusform>%n Chat in den Papierkorb legen? Er lässt sich von dort wiederherstellen.</numerusform>
            <numerusform>%n Chats in den Papierkorb legen? Sie lassen sich von dort wiederherstellen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete %n chats</source>
        <translation>
            <numerusform>%n Chat löschen</numerusform>
            <numerusform>%n Chats löschen</numerusform>
        </translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>Neuer Ordner</translation>
    </message>
    <message>
        <source>{title} (copy)</source>
        <translation>{title} (Kopie)</translation>
    </message>
    <message>
        <source>Delete “{title}” for good? It goes from the backups too, and nothing brings it back.</source>
        <translation>„{title}“ endgültig löschen? Der Chat verschwindet auch aus den Sicherungen, und nichts bringt ihn zurück.</translation>
    </message>
    <message numerus="yes">
        <source>Delete %n chats for good? They go from the backups too, and nothing brings them back.</source>
        <translation>
            <numerusform>%n Chat endgültig löschen? Er verschwindet auch aus den Sicherungen, und nichts bringt ihn zurück.</numerusform>
            <numerusform>%n Chats endgültig löschen? Sie verschwinden auch aus den Sicherungen, und nichts bringt sie zurück.</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>Endgültig löschen</translation>
    </message>
    <message>
        <source>Delete everything in the trash for good? It goes from the backups too, and nothing brings it back.</source>
        <translation>Alles im Papierkorb endgültig löschen? Es verschwindet auch aus den Sicherungen, und nichts bringt es zurück.</translation>
    </message>
    <message>
        <source>Empty the trash</source>
        <translation>Papierkorb leeren</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message numerus="yes">
        <source>%n chats</source>
        <translation>
            <numerusform>%n Chat</numerusform>
            <numerusform>%n Chats</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>“{title}” is in the trash.</source>
        <translation>„{title}“ ist im Papierkorb.</translation>
    </message>
    <message numerus="yes">
        <source>%n chats are in the trash.</source>
        <translation>
            <numerusform>%n Chat ist im Papierkorb.</numerusform>
            <numerusform>%n Chats sind im Papierkorb.</numerusform>
        </translation>
    </message>
    <message>
        <source>“{title}” is back.</source>
        <translation>„{title}“ ist wieder da.</translation>
    </message>
    <message numerus="yes">
        <source>%n chats are back.</source>
        <translation>
            <numerusform>%n Chat ist wieder da.</numerusform>
            <numerusform>%n Chats sind wieder da.</numerusform>
        </translation>
    </message>
    <message>
        <source>“{title}” is archived.</source>
        <translation>„{title}“ ist archiviert.</translation>
    </message>
    <message numerus="yes">
        <source>%n chats are archived.</source>
        <translation>
            <numerusform>%n Chat ist archiviert.</numerusform>
            <numerusform>%n Chats sind archiviert.</numerusform>
        </translation>
    </message>
    <message>
        <source>“{title}” is among the chats again.</source>
        <translation>„{title}“ ist wieder bei den Chats.</translation>
    </message>
    <message numerus="yes">
        <source>%n chats are among the chats again.</source>
        <translation>
            <numerusform>%n Chat ist wieder bei den Chats.</numerusform>
            <numerusform>%n Chats sind wieder bei den Chats.</numerusform>
        </translation>
    </message>
    <message>
        <source>“{title}” was moved.</source>
        <translation>„{title}“ wurde verschoben.</translation>
    </message>
    <message numerus="yes">
        <source>%n chats were moved.</source>
        <translation>
            <numerusform>%n Chat wurde verschoben.</numerusform>
            <numerusform>%n Chats wurden verschoben.</numerusform>
        </translation>
    </message>
    <message>
        <source>The folder “{name}” is gone; its chats were kept.</source>
        <translation>Der Ordner „{name}“ ist gelöscht, seine Chats sind noch da.</translation>
    </message>
    <message>
        <source>Exported to {path}.</source>
        <translation>Exportiert nach {path}.</translation>
    </message>
    <message>
        <source>The chat is in the trash.</source>
        <translation>Der Chat ist im Papierkorb.</translation>
    </message>
    <message>
        <source>The chat is back.</source>
        <translation>Der Chat ist wieder da.</translation>
    </message>
    <message>
        <source>The chat is archived.</source>
        <translation>Der Chat ist archiviert.</translation>
    </message>
    <message>
        <source>The chat is among the chats again.</source>
        <translation>Der Chat ist wieder bei den Chats.</translation>
    </message>
    <message>
        <source>The chat was moved.</source>
        <translation>Der Chat wurde verschoben.</translation>
    </message>
    <message>
        <source>Deleted for good, but a backup still holds it: {error}</source>
        <translation>Endgültig gelöscht, aber eine Sicherung enthält es noch: {error}</translation>
    </message>
    <message>
        <source>Deleted for good. Older files that were set aside may still hold some of it.</source>
        <translation>Endgültig gelöscht. Ältere, beiseitegelegte Dateien können noch etwas davon enthalten.</translation>
    </message>
    <message>
        <source>Deleted for good.</source>
        <translation>Endgültig gelöscht.</translation>
    </message>
</context>
<context>
    <name>ChatDelegate</name>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>New name</source>
        <translation>Neuer Name</translation>
    </message>
</context>
<context>
    <name>ChatMenu</name>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Delete for good…</source>
        <translation>Endgültig löschen&#xa0;…</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplizieren</translation>
    </message>
    <message>
        <source>Bring back from the archive</source>
        <translation>Aus dem Archiv holen</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>Archivieren</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>Lösen</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>Anheften</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>Nach oben</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>Nach unten</translation>
    </message>
    <message>
        <source>Move to folder</source>
        <translation>In Ordner verschieben</translation>
    </message>
    <message>
        <source>No folder</source>
        <translation>Kein Ordner</translation>
    </message>
    <message>
        <source>New folder…</source>
        <translation>Neuer Ordner&#xa0;…</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Markdown…</source>
        <translation>Markdown&#xa0;…</translation>
    </message>
    <message>
        <source>Web page…</source>
        <translation>Webseite&#xa0;…</translation>
    </message>
    <message>
        <source>Plain text…</source>
        <translation>Nur Text&#xa0;…</translation>
    </message>
    <message>
        <source>JSON, with everything…</source>
        <translation>JSON, mit allem&#xa0;…</translation>
    </message>
    <message>
        <source>Include thoughts</source>
        <translation>Mit Gedanken</translation>
    </message>
    <message>
        <source>Close folder</source>
        <translation>Ordner schließen</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Delete folder, keep its chats</source>
        <translation>Ordner löschen, Chats behalten</translation>
    </message>
</context>
<context>
    <name>ChatModel</name>
    <message>
        <source>{title}, pinned</source>
        <translation>{title}, angeheftet</translation>
    </message>
    <message>
        <source>Folder {name}, open</source>
        <translation>Ordner {name}, geöffnet</translation>
    </message>
    <message>
        <source>Folder {name}, closed</source>
        <translation>Ordner {name}, geschlossen</translation>
    </message>
</context>
<context>
    <name>ChatSettingsForm</name>
    <message>
        <source>Thinking</source>
        <translation>Nachdenken</translation>
    </message>
    <message>
        <source>Think first</source>
        <translation>Erst nachdenken</translation>
    </message>
    <message>
        <source>Better answers to hard questions, but later.</source>
        <translation>Bessere Antworten auf schwierige Fragen, aber später.</translation>
    </message>
    <message>
        <source>Thinking budget</source>
        <translation>Denkbudget</translation>
    </message>
    <message>
        <source>Sampling</source>
        <translation>Sampling</translation>
    </message>
    <message>
        <source>How words are chosen</source>
        <translation>Wie Wörter gewählt werden</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>How freely words are chosen. 0 always takes the likeliest word.</source>
        <translation>Wie frei Wörter gewählt werden. 0 nimmt immer das wahrscheinlichste Wort.</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Only the likeliest words that together reach this share are in the draw.</source>
        <translation>Nur die wahrscheinlichsten Wörter, die zusammen diesen Anteil erreichen, stehen zur Auswahl.</translation>
    </message>
    <message>
        <source>Top-k</source>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>Only so many of the likeliest words are in the draw. 0 is no limit.</source>
        <translation>Nur so viele der wahrscheinlichsten Wörter stehen zur Auswahl. 0 bedeutet keine Grenze.</translation>
    </message>
    <message>
        <source>Min-p</source>
        <translation>Min-p</translation>
    </message>
    <message>
        <source>Words much less likely than the likeliest one are left out. 0 leaves none out.</source>
        <translation>Wörter, die viel unwahrscheinlicher sind als das wahrscheinlichste, fallen weg. Bei 0 fällt keines weg.</translation>
    </message>
    <message>
        <source>Presence penalty</source>
        <translation>Präsenzstrafe</translation>
    </message>
    <message>
        <source>Words of this answer become less likely to come again. High values can mix languages.</source>
        <translation>Wörter dieser Antwort kommen seltener noch einmal vor. Hohe Werte können Sprachen vermischen.</translation>
    </message>
    <message>
        <source>Repetition penalty</source>
        <translation>Wiederholungsstrafe</translation>
    </message>
    <message>
        <source>The same for everything in the chat, and stronger. 1 is none.</source>
        <translation>Dasselbe für alles im Chat, und stärker. 1 bedeutet keine.</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>The same seed and question give the same answer.</source>
        <translation>Gleicher Startwert und gleiche Frage ergeben die gleiche Antwort.</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>Längste Antwort</translation>
    </message>
    <message>
        <source>In tokens, thoughts included. A token is about three quarters of a word.</source>
        <translation>In Tokens, Gedanken mitgezählt. Ein Token ist ein Wort oder ein Teil davon.</translation>
    </message>
    <message>
        <source>Stop texts</source>
        <translation>Stopptexte</translation>
    </message>
    <message>
        <source>The answer ends where one of these would begin. One a line.</source>
        <translation>Die Antwort endet, wo einer davon beginnen würde. Einer pro Zeile.</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>How many tokens of the chat the model can see. A shorter context takes less memory.</source>
        <translation>Wie viele Tokens des Chats das Modell sehen kann. Ein kürzerer Kontext braucht weniger Speicher.</translation>
    </message>
    <message>
        <source>another one each time</source>
        <translation>jedes Mal ein anderer</translation>
    </message>
    <message>
        <source>on</source>
        <translation>ein</translation>
    </message>
    <message>
        <source>off</source>
        <translation>aus</translation>
    </message>
    <message>
        <source>Automatic ({value})</source>
        <translation>Automatisch ({value})</translation>
    </message>
    <message>
        <source>On</source>
        <translation>Ein</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>Then the answer begins. Less than {n} tokens make answers worse.</source>
        <translation>Danach beginnt die Antwort. Weniger als {n} Tokens machen Antworten schlechter.</translation>
    </message>
    <message>
        <source>After so many tokens of thinking the answer begins. More than {n} are advised.</source>
        <translation>Nach so vielen Tokens des Nachdenkens beginnt die Antwort. Empfohlen sind mehr als {n}.</translation>
    </message>
    <message>
        <source>Automatic (as in the settings)</source>
        <translation>Automatisch (wie in den Einstellungen)</translation>
    </message>
    <message>
        <source>Qwen&apos;s advice</source>
        <translation>Empfehlung von Qwen</translation>
    </message>
    <message>
        <source>Less repetition</source>
        <translation>Weniger Wiederholungen</translation>
    </message>
    <message>
        <source>Own</source>
        <translation>Eigene</translation>
    </message>
    <message>
        <source>Follows the application&apos;s settings.</source>
        <translation>Folgt den Einstellungen der Anwendung.</translation>
    </message>
    <message>
        <source>The values that Qwen advises, with and without thinking.</source>
        <translation>Die Werte, die Qwen mit und ohne Nachdenken empfiehlt.</translation>
    </message>
    <message>
        <source>As Qwen advises, with a presence penalty of 1.5 against repetition.</source>
        <translation>Wie von Qwen empfohlen, mit einer Präsenzstrafe von 1,5 gegen Wiederholungen.</translation>
    </message>
    <message>
        <source>What is not automatic below holds here alone.</source>
        <translation>Was unten nicht automatisch ist, gilt nur hier.</translation>
    </message>
    <message>
        <source>as the context allows</source>
        <translation>so lang, wie der Kontext erlaubt</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>keine Grenze</translation>
    </message>
</context>
<context>
    <name>ChatSettingsPanel</name>
    <message>
        <source>System prompt</source>
        <translation>Systemprompt</translation>
    </message>
    <message>
        <source>Instructions that hold for the whole chat</source>
        <translation>Anweisungen, die für den ganzen Chat gelten</translation>
    </message>
    <message>
        <source>Save as persona…</source>
        <translation>Als Persona speichern&#xa0;…</translation>
    </message>
    <message>
        <source>Save as persona</source>
        <translation>Als Persona speichern</translation>
    </message>
    <message>
        <source>All back to automatic</source>
        <translation>Alles auf Automatisch</translation>
    </message>
    <message>
        <source>This chat</source>
        <translation>Dieser Chat</translation>
    </message>
    <message>
        <source>Close this chat&apos;s settings</source>
        <translation>Einstellungen dieses Chats schließen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Persona</source>
        <translation>Persona</translation>
    </message>
    <message>
        <source>Manage…</source>
        <translation>Verwalten&#xa0;…</translation>
    </message>
    <message>
        <source>Manage personas and prompts</source>
        <translation>Personas und Prompts verwalten</translation>
    </message>
    <message>
        <source>This chat&apos;s settings</source>
        <translation>Einstellungen dieses Chats</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>A deleted persona</source>
        <translation>Eine gelöschte Persona</translation>
    </message>
    <message>
        <source>It was deleted from the library. This chat keeps what it had set.</source>
        <translation>Sie wurde aus der Bibliothek gelöscht. Dieser Chat behält, was sie festgelegt hatte.</translation>
    </message>
    <message>
        <source>Changed for this chat. The persona in the library is as it was.</source>
        <translation>Für diesen Chat geändert. Die Persona in der Bibliothek ist unverändert.</translation>
    </message>
</context>
<context>
    <name>ChatView</name>
    <message>
        <source>Chats</source>
        <translation>Chats</translation>
    </message>
</context>
<context>
    <name>ChatWiring</name>
    <message>
        <source>The message was deleted.</source>
        <translation>Die Nachricht wurde gelöscht.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>Chip</name>
    <message>
        <source>Put {name} back into the text</source>
        <translation>{name} zurück in den Text holen</translation>
    </message>
    <message>
        <source>Put it back into the text</source>
        <translation>Zurück in den Text holen</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>{name} entfernen</translation>
    </message>
    <message>
        <source>Remove it</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>reading…</source>
        <translation>wird gelesen&#xa0;…</translation>
    </message>
</context>
<context>
    <name>CodeView</name>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Code, {language}</source>
        <translation>Code, {language}</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message>
        <source>Copy code</source>
        <translation>Code kopieren</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Commands</source>
        <translation>Befehle</translation>
    </message>
    <message>
        <source>Find a command</source>
        <translation>Befehl suchen</translation>
    </message>
    <message>
        <source>What do you want to do?</source>
        <translation>Was möchtest du tun?</translation>
    </message>
    <message>
        <source>Commands found</source>
        <translation>Gefundene Befehle</translation>
    </message>
    <message>
        <source>No command fits.</source>
        <translation>Kein passender Befehl.</translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>Chats</source>
        <translation>Chats</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Nachrichten</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Ansicht</translation>
    </message>
    <message>
        <source>Ponder</source>
        <translation>Ponder</translation>
    </message>
    <message>
        <source> or </source>
        <translation> oder </translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Temporary chat: nothing is kept</source>
        <translation>Temporärer Chat: Nichts wird aufbewahrt</translation>
    </message>
    <message>
        <source>Attach text files</source>
        <translation>Textdateien anhängen</translation>
    </message>
    <message>
        <source>Think</source>
        <translation>Nachdenken</translation>
    </message>
    <message>
        <source>Continue this text</source>
        <translation>Diesen Text fortsetzen</translation>
    </message>
    <message>
        <source>Ask anything. It stays on this computer.</source>
        <translation>Stell eine Frage. Sie bleibt auf diesem Computer.</translation>
    </message>
    <message>
        <source>Text to be continued</source>
        <translation>Text zum Fortsetzen</translation>
    </message>
    <message>
        <source>Your question</source>
        <translation>Deine Frage</translation>
    </message>
    <message>
        <source>This message alone is longer than the context. Shorten it, or take a file away.</source>
        <translation>Diese Nachricht allein ist länger als der Kontext. Kürze sie oder entferne eine Datei.</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stoppen</translation>
    </message>
    <message>
        <source>Stop (Esc)</source>
        <translation>Stoppen (Esc)</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Senden</translation>
    </message>
    <message>
        <source>{action} ({keys})</source>
        <translation>{action} ({keys})</translation>
    </message>
    <message>
        <source>Think before answering: on</source>
        <translation>Vor dem Antworten nachdenken: ein</translation>
    </message>
    <message>
        <source>Think before answering: off</source>
        <translation>Vor dem Antworten nachdenken: aus</translation>
    </message>
    <message>
        <source>The model thinks before it answers</source>
        <translation>Das Modell denkt nach, bevor es antwortet</translation>
    </message>
    <message>
        <source>The model answers at once</source>
        <translation>Das Modell antwortet sofort</translation>
    </message>
</context>
<context>
    <name>DigitsRow</name>
    <message>
        <source>Automatic ({value})</source>
        <translation>Automatisch ({value})</translation>
    </message>
    <message>
        <source>From {low} to {high}.</source>
        <translation>Von {low} bis {high}.</translation>
    </message>
</context>
<context>
    <name>DownloadChip</name>
    <message>
        <source>{name} {n} %</source>
        <translation>{name} {n}&#xa0;%</translation>
    </message>
    <message>
        <source>{count} downloads {n} %</source>
        <translation>{count} Downloads {n}&#xa0;%</translation>
    </message>
    <message>
        <source>Downloading: {text}</source>
        <translation>Download läuft: {text}</translation>
    </message>
    <message>
        <source>Downloading. Open the models window.</source>
        <translation>Download läuft. Fenster „Modelle“ öffnen.</translation>
    </message>
</context>
<context>
    <name>DownloadPanel</name>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Remove what has arrived</source>
        <translation>Geladenen Teil entfernen</translation>
    </message>
    <message>
        <source>{action}: {name}</source>
        <translation>{action}: {name}</translation>
    </message>
</context>
<context>
    <name>EmptyState</name>
    <message>
        <source>{name} could not be loaded. {why}</source>
        <translation>{name} konnte nicht geladen werden. {why}</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Temporary chat: nothing of it is kept.</source>
        <translation>Temporärer Chat: Nichts davon wird aufbewahrt.</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>This is the practice model that comes with Ponder: small, made to try things out, and not an assistant. Nothing you write leaves this computer.</source>
        <translation>Dies ist das Übungsmodell, das mit Ponder kommt: klein, zum Ausprobieren gemacht und kein Assistent. Nichts, was du schreibst, verlässt diesen Computer.</translation>
    </message>
    <message>
        <source>Write the beginning of a text. The model goes on with it, on this computer.</source>
        <translation>Schreib den Anfang eines Textes. Das Modell setzt ihn auf diesem Computer fort.</translation>
    </message>
    <message>
        <source>Ask anything. It stays on this computer.</source>
        <translation>Stell eine Frage. Sie bleibt auf diesem Computer.</translation>
    </message>
    <message>
        <source>Ask anything. {name} answers on this computer, and nothing leaves it.</source>
        <translation>Stell eine Frage. {name} antwortet auf diesem Computer, und nichts verlässt ihn.</translation>
    </message>
</context>
<context>
    <name>EntryFields</name>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>Systemprompt</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>Instructions that hold for the whole chat. Type “/” and the name in the message field to use it.</source>
        <translation>Anweisungen, die für den ganzen Chat gelten. Zum Verwenden „/“ und den Namen ins Nachrichtenfeld eingeben.</translation>
    </message>
    <message>
        <source>Type “/” and the name in the message field to use it. The first {words in braces} are selected there, to be typed over.</source>
        <translation>Zum Verwenden „/“ und den Namen ins Nachrichtenfeld eingeben. Die ersten {Wörter in Klammern} sind dort markiert, zum Überschreiben.</translation>
    </message>
</context>
<context>
    <name>EntryList</name>
    <message>
        <source>Personas and prompts</source>
        <translation>Personas und Prompts</translation>
    </message>
    <message>
        <source>Personas</source>
        <translation>Personas</translation>
    </message>
    <message>
        <source>Saved prompts</source>
        <translation>Gespeicherte Prompts</translation>
    </message>
</context>
<context>
    <name>FileChip</name>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Attached file: {name}</source>
        <translation>Angehängte Datei: {name}</translation>
    </message>
</context>
<context>
    <name>FileReader</name>
    <message>
        <source>The text of {name}</source>
        <translation>Text von {name}</translation>
    </message>
</context>
<context>
    <name>FindBar</name>
    <message>
        <source>Find in this chat</source>
        <translation>In diesem Chat suchen</translation>
    </message>
    <message>
        <source>Previous match</source>
        <translation>Vorheriger Treffer</translation>
    </message>
    <message>
        <source>Next match</source>
        <translation>Nächster Treffer</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>Schließen (Esc)</translation>
    </message>
    <message>
        <source>No matches</source>
        <translation>Keine Treffer</translation>
    </message>
    <message>
        <source>Searching…</source>
        <translation>Suche läuft&#xa0;…</translation>
    </message>
    <message>
        <source>{n} of {count}</source>
        <translation>{n} von {count}</translation>
    </message>
</context>
<context>
    <name>FitLine</name>
    <message>
        <source>Does not run on this computer as it is now</source>
        <translation>Läuft auf diesem Computer derzeit nicht</translation>
    </message>
    <message>
        <source>Checking how it would run here…</source>
        <translation>Es wird geprüft, wie es hier laufen würde&#xa0;…</translation>
    </message>
</context>
<context>
    <name>Foot</name>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
</context>
<context>
    <name>ForgottenLine</name>
    <message>
        <source>The model no longer sees what is above</source>
        <translation>Das Modell sieht nicht mehr, was darüber steht</translation>
    </message>
</context>
<context>
    <name>FoundCard</name>
    <message>
        <source>Model of {program}: {name}</source>
        <translation>Modell von {program}: {name}</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>{action}: {name}</source>
        <translation>{action}: {name}</translation>
    </message>
    <message>
        <source>It cannot be used: {why}</source>
        <translation>Nicht verwendbar: {why}</translation>
    </message>
    <message>
        <source>It is used where it lies and takes no more room.</source>
        <translation>Es wird dort verwendet, wo es liegt, und braucht keinen weiteren Platz.</translation>
    </message>
    <message>
        <source>It is converted once, and takes {size} more on the disk.</source>
        <translation>Es wird einmal umgewandelt und braucht {size} mehr auf der Festplatte.</translation>
    </message>
</context>
<context>
    <name>Gauge</name>
    <message>
        <source>Context: {numbers} tokens</source>
        <translation>Kontext: {numbers} Tokens</translation>
    </message>
    <message>
        <source>{used} of {context}</source>
        <translation>{used} von {context}</translation>
    </message>
    <message>
        <source>The context is {n} % full. Once it is full, the oldest messages of this chat are left out.</source>
        <translation>Der Kontext ist zu {n}&#xa0;% voll. Ist er ganz voll, fallen die ältesten Nachrichten dieses Chats weg.</translation>
    </message>
    <message>
        <source>The context is full: the oldest messages of this chat will be left out of the next answer.</source>
        <translation>Der Kontext ist voll: Bei der nächsten Antwort fallen die ältesten Nachrichten dieses Chats weg.</translation>
    </message>
    <message>
        <source>{n} %</source>
        <translation>{n}&#xa0;%</translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message>
        <source>Show the chats</source>
        <translation>Chats einblenden</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>This chat&apos;s settings</source>
        <translation>Einstellungen dieses Chats</translation>
    </message>
</context>
<context>
    <name>HitDelegate</name>
    <message>
        <source>Thought: </source>
        <translation>Gedanke: </translation>
    </message>
</context>
<context>
    <name>HitList</name>
    <message>
        <source>Found chats</source>
        <translation>Gefundene Chats</translation>
    </message>
</context>
<context>
    <name>HitModel</name>
    <message>
        <source>{title}, {when}</source>
        <translation>{title}, {when}</translation>
    </message>
    <message>
        <source>{title}, {when}: {snippet}</source>
        <translation>{title}, {when}: {snippet}</translation>
    </message>
</context>
<context>
    <name>ImportCard</name>
    <message>
        <source>Import: {name}</source>
        <translation>Import: {name}</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>{name} is on this computer now.</source>
        <translation>{name} ist jetzt auf diesem Computer.</translation>
    </message>
    <message>
        <source>Use {name}</source>
        <translation>{name} verwenden</translation>
    </message>
</context>
<context>
    <name>ImportPage</name>
    <message>
        <source>Use a model that is on this computer already: a folder with config.json and safetensors weights, or a GGUF file of Qwen3, which is converted once.</source>
        <translation>Ein Modell verwenden, das schon auf diesem Computer ist: ein Ordner mit config.json und Gewichten als safetensors oder eine GGUF-Datei von Qwen3, die einmal umgewandelt wird.</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>Ordner auswählen&#xa0;…</translation>
    </message>
    <message>
        <source>Choose a GGUF file…</source>
        <translation>GGUF-Datei auswählen&#xa0;…</translation>
    </message>
    <message>
        <source>Copy a folder into Ponder&apos;s own instead of using it where it lies</source>
        <translation>Ordner zu Ponder kopieren, statt ihn dort zu verwenden, wo er liegt</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Erneut suchen</translation>
    </message>
    <message>
        <source>Models of other programs</source>
        <translation>Modelle anderer Programme</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Suche läuft&#xa0;…</translation>
    </message>
    <message>
        <source>LM Studio, Ollama, llama.cpp and the Hugging Face cache</source>
        <translation>LM Studio, Ollama, llama.cpp und Hugging-Face-Cache</translation>
    </message>
    <message>
        <source>Nothing was found in the folders of {where}.</source>
        <translation>Nichts gefunden in den Ordnern von {where}.</translation>
    </message>
    <message>
        <source>Found in the folders of {where}.</source>
        <translation>Gefunden in den Ordnern von {where}.</translation>
    </message>
</context>
<context>
    <name>InlineEditor</name>
    <message>
        <source>Think</source>
        <translation>Nachdenken</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Strg+Enter</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
</context>
<context>
    <name>InstalledCard</name>
    <message>
        <source>In use</source>
        <translation>In Verwendung</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Download again</source>
        <translation>Neu herunterladen</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen&#xa0;…</translation>
    </message>
    <message>
        <source>Model: {name}</source>
        <translation>Modell: {name}</translation>
    </message>
    <message>
        <source>It cannot be opened. {why}</source>
        <translation>Es lässt sich nicht öffnen. {why}</translation>
    </message>
    <message>
        <source>A practice model: small, made to try things out, and not an assistant.</source>
        <translation>Ein Übungsmodell: klein, zum Ausprobieren gemacht und kein Assistent.</translation>
    </message>
    <message>
        <source>A base model: it continues text and was not taught to answer questions.</source>
        <translation>Ein Basismodell: Es setzt Texte fort und hat nicht gelernt, Fragen zu beantworten.</translation>
    </message>
    <message>
        <source>It is in use. Use another model first.</source>
        <translation>Es ist in Verwendung. Erst ein anderes Modell verwenden.</translation>
    </message>
    <message>
        <source>Remove {name} from Ponder? Its files stay where they are, in {folder}; only the link goes.</source>
        <translation>{name} aus Ponder entfernen? Die Dateien bleiben, wo sie sind, in {folder}; nur die Verknüpfung verschwindet.</translation>
    </message>
    <message>
        <source>Remove {name} from this computer? That frees {size} and cannot be undone.</source>
        <translation>{name} von diesem Computer entfernen? Das gibt {size} frei und lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>{action}: {name}</source>
        <translation>{action}: {name}</translation>
    </message>
</context>
<context>
    <name>JobLine</name>
    <message>
        <source>Progress: {name}</source>
        <translation>Fortschritt: {name}</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>{action}: {name}</source>
        <translation>{action}: {name}</translation>
    </message>
</context>
<context>
    <name>KeptLine</name>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <source>Delete what is kept of long chats</source>
        <translation>Löschen, was von langen Chats aufbewahrt wird</translation>
    </message>
    <message>
        <source>Nothing is kept on the disk now.</source>
        <translation>Zurzeit wird nichts auf der Festplatte aufbewahrt.</translation>
    </message>
    <message>
        <source>Takes {size} of the disk now.</source>
        <translation>Belegt zurzeit {size} der Festplatte.</translation>
    </message>
    <message>
        <source>Some of it could not be deleted. Close what uses it and try again.</source>
        <translation>Ein Teil davon konnte nicht gelöscht werden. Schließe, was es benutzt, und versuche es noch einmal.</translation>
    </message>
</context>
<context>
    <name>KeyField</name>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>Press the keys…</source>
        <translation>Tasten drücken&#xa0;…</translation>
    </message>
    <message>
        <source>{command}: press the new keys</source>
        <translation>{command}: neue Tasten drücken</translation>
    </message>
    <message>
        <source>{command}: {keys}</source>
        <translation>{command}: {keys}</translation>
    </message>
</context>
<context>
    <name>KeyRow</name>
    <message>
        <source>Back to its own keys</source>
        <translation>Zurück zu den eigenen Tasten</translation>
    </message>
    <message>
        <source>{command}: back to its own keys</source>
        <translation>{command}: zurück zu den eigenen Tasten</translation>
    </message>
    <message>
        <source>{keys} belongs to “{command}”. Nothing was changed.</source>
        <translation>{keys} gehört zu „{command}“. Es wurde nichts geändert.</translation>
    </message>
    <message>
        <source>These keys are for writing. Press them together with Ctrl or Alt.</source>
        <translation>Diese Tasten dienen zum Schreiben. Drücke sie zusammen mit Strg oder Alt.</translation>
    </message>
    <message>
        <source>Text fields need these keys, for copying and the like. Press others.</source>
        <translation>Textfelder brauchen diese Tasten, etwa zum Kopieren. Drücke andere.</translation>
    </message>
    <message>
        <source>{keys} belongs to “{command}” now. Give that one other keys first.</source>
        <translation>{keys} gehört jetzt zu „{command}“. Gib diesem Befehl zuerst andere Tasten.</translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>Send the message</source>
        <translation>Nachricht senden</translation>
    </message>
    <message>
        <source>New line in the message</source>
        <translation>Neue Zeile in der Nachricht</translation>
    </message>
    <message>
        <source>Bring back the last message, in an empty field</source>
        <translation>Letzte Nachricht zurückholen, im leeren Feld</translation>
    </message>
    <message>
        <source>Other versions of the marked message</source>
        <translation>Andere Versionen der markierten Nachricht</translation>
    </message>
    <message>
        <source>Stop the answer, or close what is open</source>
        <translation>Antwort stoppen oder Offenes schließen</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Writing and reading</source>
        <translation>Schreiben und Lesen</translation>
    </message>
</context>
<context>
    <name>KeysPage</name>
    <message>
        <source>Back to the defaults</source>
        <translation>Auf Standard zurücksetzen</translation>
    </message>
    <message>
        <source>Keys: back to the defaults</source>
        <translation>Tastenkürzel: auf Standard zurücksetzen</translation>
    </message>
</context>
<context>
    <name>LibraryDialog</name>
    <message>
        <source>Personas and prompts</source>
        <translation>Personas und Prompts</translation>
    </message>
    <message>
        <source>New persona</source>
        <translation>Neue Persona</translation>
    </message>
    <message>
        <source>New prompt</source>
        <translation>Neuer Prompt</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplizieren</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>Importieren&#xa0;…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren&#xa0;…</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>A persona is a way to answer. A saved prompt is a text to ask with. Make one, or import some.</source>
        <translation>Eine Persona ist eine Art zu antworten. Ein gespeicherter Prompt ist ein Text zum Fragen. Lege etwas an oder importiere etwas.</translation>
    </message>
    <message>
        <source>{name} (copy)</source>
        <translation>{name} (Kopie)</translation>
    </message>
    <message>
        <source>“{name}” was deleted.</source>
        <translation>„{name}“ wurde gelöscht.</translation>
    </message>
    <message>
        <source>Import personas and prompts</source>
        <translation>Personas und Prompts importieren</translation>
    </message>
    <message>
        <source>Export personas and prompts</source>
        <translation>Personas und Prompts exportieren</translation>
    </message>
    <message>
        <source>JSON files (*.json)</source>
        <translation>JSON-Dateien (*.json)</translation>
    </message>
    <message>
        <source>Nothing was imported. {why}</source>
        <translation>Es wurde nichts importiert. {why}</translation>
    </message>
    <message numerus="yes">
        <source>%Ln added.</source>
        <translation>
            <numerusform>%Ln hinzugefügt.</numerusform>
            <numerusform>%Ln hinzugefügt.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln were here already.</source>
        <translation>
            <numerusform>%Ln war schon da.</numerusform>
            <numerusform>%Ln waren schon da.</numerusform>
        </translation>
    </message>
    <message>
        <source>Everything was written to {name}.</source>
        <translation>Alles wurde in {name} geschrieben.</translation>
    </message>
    <message>
        <source>{error} Until it is saved, the change is kept in memory only.</source>
        <translation>{error} Bis sie gespeichert ist, bleibt die Änderung nur im Speicher.</translation>
    </message>
</context>
<context>
    <name>LicenceDialog</name>
    <message>
        <source>Licence of {package}</source>
        <translation>Lizenz von {package}</translation>
    </message>
</context>
<context>
    <name>LinkQuestion</name>
    <message>
        <source>Open this link?</source>
        <translation>Diesen Link öffnen?</translation>
    </message>
    <message>
        <source>This link is not opened</source>
        <translation>Dieser Link wird nicht geöffnet</translation>
    </message>
    <message>
        <source>Where the link leads</source>
        <translation>Wohin der Link führt</translation>
    </message>
    <message>
        <source>Copy address</source>
        <translation>Adresse kopieren</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Only web and mail addresses are opened from a chat.</source>
        <translation>Aus einem Chat werden nur Web- und Mailadressen geöffnet.</translation>
    </message>
    <message>
        <source>Look twice: what the text shows may pass for another address.</source>
        <translation>Genau hinsehen: Der Text kann wie eine andere Adresse aussehen.</translation>
    </message>
    <message>
        <source>It opens in your browser or mail program, outside of Ponder.</source>
        <translation>Er öffnet sich im Browser oder Mailprogramm, außerhalb von Ponder.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>What you wrote last is not saved yet, and is lost when Ponder closes now.</source>
        <translation>Das zuletzt Geschriebene ist noch nicht gespeichert und geht verloren, wenn Ponder jetzt geschlossen wird.</translation>
    </message>
    <message>
        <source>Close anyway</source>
        <translation>Trotzdem schließen</translation>
    </message>
</context>
<context>
    <name>MemoryBar</name>
    <message>
        <source>Memory: {parts}</source>
        <translation>Speicher: {parts}</translation>
    </message>
</context>
<context>
    <name>Models</name>
    <message>
        <source>Choose a model&apos;s folder: the one with config.json</source>
        <translation>Ordner eines Modells auswählen: den mit config.json</translation>
    </message>
    <message>
        <source>Choose a GGUF file</source>
        <translation>GGUF-Datei auswählen</translation>
    </message>
    <message>
        <source>GGUF files</source>
        <translation>GGUF-Dateien</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Alle Dateien</translation>
    </message>
    <message>
        <source>{n} MB</source>
        <translation>{n}&#xa0;MB</translation>
    </message>
    <message>
        <source>{n} GB</source>
        <translation>{n}&#xa0;GB</translation>
    </message>
    <message>
        <source>{n} million parameters</source>
        <translation>{n} Millionen Parameter</translation>
    </message>
    <message>
        <source>{n} billion parameters</source>
        <translation>{n} Milliarden Parameter</translation>
    </message>
    <message>
        <source>{format} file</source>
        <translation>{format}-Datei</translation>
    </message>
    <message>
        <source>Comes with Ponder</source>
        <translation>Kommt mit Ponder</translation>
    </message>
    <message>
        <source>Downloaded and verified</source>
        <translation>Heruntergeladen und geprüft</translation>
    </message>
    <message>
        <source>In the Hugging Face cache, used where it lies</source>
        <translation>Im Hugging-Face-Cache, dort verwendet, wo es liegt</translation>
    </message>
    <message>
        <source>Used where it lies: {folder}</source>
        <translation>Dort verwendet, wo es liegt: {folder}</translation>
    </message>
    <message>
        <source>Imported from {source}</source>
        <translation>Importiert aus {source}</translation>
    </message>
    <message>
        <source>In Ponder&apos;s models folder</source>
        <translation>Im Modellordner von Ponder</translation>
    </message>
    <message>
        <source>Runs in {precision} on the {device}, with {n} tokens of context</source>
        <translation>Läuft mit {precision} auf der {device}, mit {n} Tokens Kontext</translation>
    </message>
    <message>
        <source>{name} runs in {precision} on the {device}, with {n} tokens of context</source>
        <translation>{name} läuft mit {precision} auf der {device}, mit {n} Tokens Kontext</translation>
    </message>
    <message>
        <source>about {size}</source>
        <translation>etwa {size}</translation>
    </message>
    <message>
        <source>{n} tokens of context</source>
        <translation>{n} Tokens Kontext</translation>
    </message>
    <message>
        <source>{trained}, {n} with YaRN</source>
        <translation>{trained}, {n} mit YaRN</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} von {total}</translation>
    </message>
    <message>
        <source>{n} kB/s</source>
        <translation>{n}&#xa0;kB/s</translation>
    </message>
    <message>
        <source>{size}/s</source>
        <translation>{size}/s</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Startet&#xa0;…</translation>
    </message>
    <message>
        <source>{duration} left</source>
        <translation>noch {duration}</translation>
    </message>
    <message>
        <source>Waiting: {why}</source>
        <translation>Wartet: {why}</translation>
    </message>
    <message>
        <source>Copying: {amount}</source>
        <translation>Kopieren: {amount}</translation>
    </message>
    <message>
        <source>Converting: {amount}</source>
        <translation>Umwandeln: {amount}</translation>
    </message>
    <message>
        <source>Verifying: {amount}</source>
        <translation>Prüfen: {amount}</translation>
    </message>
    <message>
        <source>{size} are kept.</source>
        <translation>{size} bleiben erhalten.</translation>
    </message>
    <message>
        <source>{amount} are kept.</source>
        <translation>{amount} bleiben erhalten.</translation>
    </message>
    <message>
        <source>The import was stopped. Nothing was kept of it.</source>
        <translation>Der Import wurde abgebrochen. Nichts davon wurde behalten.</translation>
    </message>
    <message>
        <source>Verified: every byte is as it was installed.</source>
        <translation>Geprüft: Jedes Byte ist wie bei der Installation.</translation>
    </message>
    <message>
        <source>The files have the form that they should have.</source>
        <translation>Die Dateien haben die richtige Form.</translation>
    </message>
    <message>
        <source>{name} was removed; {size} are free again.</source>
        <translation>{name} wurde entfernt; {size} sind wieder frei.</translation>
    </message>
</context>
<context>
    <name>ModelsWindow</name>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Look at this computer again</source>
        <translation>Diesen Computer erneut prüfen</translation>
    </message>
    <message>
        <source>Look at this computer again, such as after closing other programs</source>
        <translation>Diesen Computer erneut prüfen, etwa nach dem Schließen anderer Programme</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>Auf diesem Computer</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Herunterladen</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Importieren</translation>
    </message>
    <message>
        <source>Memory calculator</source>
        <translation>Speicherrechner</translation>
    </message>
    <message>
        <source>Looking at this computer…</source>
        <translation>Dieser Computer wird geprüft&#xa0;…</translation>
    </message>
    <message>
        <source>{name}: {free} of {total} free</source>
        <translation>{name}: {free} von {total} frei</translation>
    </message>
</context>
<context>
    <name>NameDialog</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>Navigation</name>
    <message>
        <source>Sections of the settings</source>
        <translation>Bereiche der Einstellungen</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Notice: {text}</source>
        <translation>Hinweis: {text}</translation>
    </message>
</context>
<context>
    <name>Notices</name>
    <message>
        <source>Dismiss</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>OptionalEditor</name>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>{setting}: automatic</source>
        <translation>{setting}: automatisch</translation>
    </message>
</context>
<context>
    <name>Ponder</name>
    <message>
        <source>a moment</source>
        <translation>einen Moment</translation>
    </message>
    <message>
        <source>1 second</source>
        <translation>1 Sekunde</translation>
    </message>
    <message>
        <source>{n} seconds</source>
        <translation>{n} Sekunden</translation>
    </message>
    <message>
        <source>{m} min {s} s</source>
        <translation>{m}&#xa0;min {s}&#xa0;s</translation>
    </message>
    <message>
        <source>Thought for {duration}</source>
        <translation>Hat {duration} nachgedacht</translation>
    </message>
    <message>
        <source>{n} GB</source>
        <translation>{n}&#xa0;GB</translation>
    </message>
    <message>
        <source>{n} MB</source>
        <translation>{n}&#xa0;MB</translation>
    </message>
    <message>
        <source>{n}-bit</source>
        <translation>{n}&#xa0;Bit</translation>
    </message>
    <message>
        <source>1 token</source>
        <translation>1 Token</translation>
    </message>
    <message>
        <source>{n} tokens</source>
        <translation>{n} Tokens</translation>
    </message>
    <message>
        <source>{n} tokens/s</source>
        <translation>{n} Tokens/s</translation>
    </message>
    <message>
        <source>first in {n} ms</source>
        <translation>erstes nach {n}&#xa0;ms</translation>
    </message>
    <message>
        <source>first in {n} s</source>
        <translation>erstes nach {n}&#xa0;s</translation>
    </message>
</context>
<context>
    <name>PrivacyPage</name>
    <message>
        <source>Everything stays on this computer. The model runs here; no question, no answer and no file leaves it. Ponder counts nothing, reports nothing and does not look for updates.</source>
        <translation>Alles bleibt auf diesem Computer. Das Modell läuft hier; keine Frage, keine Antwort und keine Datei verlässt ihn. Ponder zählt nichts, meldet nichts und sucht nicht nach Updates.</translation>
    </message>
    <message>
        <source>It connects to the network only when you click a download, and then only fetches the model&apos;s files.</source>
        <translation>Ponder verbindet sich nur nach einem Klick auf einen Download mit dem Netz und lädt dann nur die Dateien des Modells.</translation>
    </message>
    <message>
        <source>What is kept, and where</source>
        <translation>Was wo aufbewahrt wird</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>Chats</translation>
    </message>
    <message>
        <source>Your chats, drafts and backups.</source>
        <translation>Chats, Entwürfe und Sicherungen.</translation>
    </message>
    <message>
        <source>Long chats kept ready</source>
        <translation>Bereitgehaltene lange Chats</translation>
    </message>
    <message>
        <source>What the model has read of them, if you turned that on.</source>
        <translation>Was das Modell davon gelesen hat, wenn du das eingeschaltet hast.</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>What you chose in this window.</source>
        <translation>Was in diesem Fenster gewählt wurde.</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>The models you downloaded or added.</source>
        <translation>Heruntergeladene und hinzugefügte Modelle.</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>What went wrong, for finding faults; never anything you or the model wrote.</source>
        <translation>Was schiefging, zur Fehlersuche; nie etwas, das du oder das Modell geschrieben hat.</translation>
    </message>
    <message>
        <source>Start over</source>
        <translation>Von vorn beginnen</translation>
    </message>
    <message>
        <source>Deletes every chat for good, with those in the archive and the trash, all backups and whatever was set aside. What stood in the file is overwritten. Models and settings stay.</source>
        <translation>Löscht alle Chats endgültig, auch die im Archiv und im Papierkorb, alle Sicherungen und alles Beiseitegelegte. Was in der Datei stand, wird überschrieben. Modelle und Einstellungen bleiben.</translation>
    </message>
    <message>
        <source>Delete all chats for good…</source>
        <translation>Alle Chats endgültig löschen&#xa0;…</translation>
    </message>
    <message>
        <source>Delete all chats for good</source>
        <translation>Alle Chats endgültig löschen</translation>
    </message>
    <message>
        <source>Every chat and every backup is deleted for good. Nothing can bring them back.</source>
        <translation>Alle Chats und alle Sicherungen werden endgültig gelöscht. Nichts kann sie zurückbringen.</translation>
    </message>
    <message>
        <source>Delete all chats</source>
        <translation>Alle Chats löschen</translation>
    </message>
</context>
<context>
    <name>Question</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>QuestionView</name>
    <message>
        <source>You said</source>
        <translation>Deine Nachricht</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Bearbeiten</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Delete this and what follows</source>
        <translation>Ab hier löschen</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message>
        <source>Edit your message</source>
        <translation>Nachricht bearbeiten</translation>
    </message>
    <message>
        <source>Save and ask</source>
        <translation>Speichern und fragen</translation>
    </message>
</context>
<context>
    <name>RecoveryDialog</name>
    <message>
        <source>Damaged chats</source>
        <translation>Beschädigte Chats</translation>
    </message>
    <message>
        <source>The file that holds your chats is damaged.</source>
        <translation>Die Datei mit den Chats ist beschädigt.</translation>
    </message>
    <message>
        <source>Use what could be read</source>
        <translation>Lesbares verwenden</translation>
    </message>
    <message>
        <source>Restore the backup</source>
        <translation>Sicherung wiederherstellen</translation>
    </message>
    <message>
        <source>Start empty</source>
        <translation>Leer beginnen</translation>
    </message>
</context>
<context>
    <name>Remark</name>
    <message>
        <source>Dismiss</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>RemarkView</name>
    <message>
        <source>Tool result</source>
        <translation>Werkzeugergebnis</translation>
    </message>
    <message>
        <source>Instruction</source>
        <translation>Anweisung</translation>
    </message>
</context>
<context>
    <name>ResultsPage</name>
    <message>
        <source>Settings found</source>
        <translation>Gefundene Einstellungen</translation>
    </message>
    <message>
        <source>No setting fits “{query}”.</source>
        <translation>Keine Einstellung passt zu „{query}“.</translation>
    </message>
</context>
<context>
    <name>Row</name>
    <message>
        <source>Back to automatic</source>
        <translation>Zurück auf Automatisch</translation>
    </message>
    <message>
        <source>{name}: back to automatic</source>
        <translation>{name}: zurück auf Automatisch</translation>
    </message>
</context>
<context>
    <name>SamplingPage</name>
    <message>
        <source>Qwen&apos;s advice</source>
        <translation>Empfehlung von Qwen</translation>
    </message>
    <message>
        <source>Sample as Qwen advises</source>
        <translation>Sampling wie von Qwen empfohlen</translation>
    </message>
    <message>
        <source>Leaves everything on automatic</source>
        <translation>Lässt alles auf Automatisch</translation>
    </message>
    <message>
        <source>Less repetition</source>
        <translation>Weniger Wiederholungen</translation>
    </message>
    <message>
        <source>Sample with less repetition</source>
        <translation>Sampling mit weniger Wiederholungen</translation>
    </message>
    <message>
        <source>As Qwen advises, and words written already become less likely</source>
        <translation>Wie von Qwen empfohlen, und schon geschriebene Wörter werden unwahrscheinlicher</translation>
    </message>
</context>
<context>
    <name>ScopeChoice</name>
    <message>
        <source>Everything</source>
        <translation>Alles</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>Überall suchen</translation>
    </message>
    <message>
        <source>Search in the folder {name}</source>
        <translation>Im Ordner {name} suchen</translation>
    </message>
</context>
<context>
    <name>ScoreTable</name>
    <message>
        <source>Benchmarks of {name}</source>
        <translation>Benchmarks von {name}</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation>Nachdenken</translation>
    </message>
    <message>
        <source>Direct</source>
        <translation>Direkt</translation>
    </message>
    <message>
        <source>Qwen3 Technical Report (arXiv:2505.09388). A figure compares only with others of its row.</source>
        <translation>Qwen3 Technical Report (arXiv:2505.09388). Eine Zahl ist nur mit anderen ihrer Zeile vergleichbar.</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>Chats durchsuchen</translation>
    </message>
    <message>
        <source>Up and Down go through what was found, Enter opens it.</source>
        <translation>Pfeil hoch und Pfeil runter wandern durch die Treffer, Enter öffnet einen.</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Suche leeren</translation>
    </message>
</context>
<context>
    <name>SectionPage</name>
    <message>
        <source>Back to the defaults</source>
        <translation>Auf Standard zurücksetzen</translation>
    </message>
    <message>
        <source>{section}: back to the defaults</source>
        <translation>{section}: auf Standard zurücksetzen</translation>
    </message>
</context>
<context>
    <name>SettingRow</name>
    <message>
        <source>Back to the default</source>
        <translation>Auf Standard zurücksetzen</translation>
    </message>
    <message>
        <source>{setting}: back to the default</source>
        <translation>{setting}: auf Standard zurücksetzen</translation>
    </message>
    <message>
        <source>“{value}” is not possible here. Nothing was changed.</source>
        <translation>„{value}“ ist hier nicht möglich. Es wurde nichts geändert.</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>General</source>
        <translation>Allgemein</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Darstellung</translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation>Nachdenken</translation>
    </message>
    <message>
        <source>Sampling</source>
        <translation>Sampling</translation>
    </message>
    <message>
        <source>Quantisation and device</source>
        <translation>Quantisierung und Gerät</translation>
    </message>
    <message>
        <source>Storage and backups</source>
        <translation>Daten und Sicherungen</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>Datenschutz</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Info</translation>
    </message>
    <message>
        <source>At every word the model weighs all the words that could come next. These settings say how many of them stay in the draw, and how freely it draws. Left on automatic they are as Qwen advises, which is best for nearly everything.</source>
        <translation>Bei jedem Wort wägt das Modell alle Wörter ab, die als Nächstes kommen könnten. Diese Einstellungen sagen, wie viele davon zur Auswahl stehen und wie frei es wählt. Auf Automatisch sind sie so, wie Qwen es empfiehlt; das ist für fast alles das Beste.</translation>
    </message>
    <message>
        <source>How the model is kept in memory and what computes. Left on automatic, Ponder takes the best that fits this computer and says what it took.</source>
        <translation>Wie das Modell im Speicher liegt und was rechnet. Auf Automatisch nimmt Ponder das Beste, was auf diesen Computer passt, und sagt, was es genommen hat.</translation>
    </message>
    <message>
        <source>Choose a command&apos;s keys, then press the new ones. Esc leaves them as they are, Backspace takes them away.</source>
        <translation>Die Tasten eines Befehls anklicken, dann die neuen drücken. Esc lässt sie, wie sie sind, die Rücktaste entfernt sie.</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>What computes. Automatic takes a graphics card where there is one. Loads the model again.</source>
        <translation>Was rechnet. Automatisch nimmt eine Grafikkarte, wenn es eine gibt. Lädt das Modell neu.</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>The number format of the weights. Automatic takes 16-bit where it fits. Loads the model again.</source>
        <translation>Das Zahlenformat der Gewichte. Automatisch nimmt 16&#xa0;Bit, wenn es passt. Lädt das Modell neu.</translation>
    </message>
    <message>
        <source>KV cache</source>
        <translation>KV-Cache</translation>
    </message>
    <message>
        <source>Bits per cached key and value. 8 halves the memory a long chat takes. Loads the model again.</source>
        <translation>Bits pro Schlüssel und Wert im Cache. 8 halbiert den Speicher, den ein langer Chat braucht. Lädt das Modell neu.</translation>
    </message>
    <message>
        <source>Think first</source>
        <translation>Erst nachdenken</translation>
    </message>
    <message>
        <source>Whether the model thinks before it answers, unless a message says /think or /no_think.</source>
        <translation>Ob das Modell nachdenkt, bevor es antwortet, außer eine Nachricht sagt /think oder /no_think.</translation>
    </message>
    <message>
        <source>Thinking budget</source>
        <translation>Denkbudget</translation>
    </message>
    <message>
        <source>After so many tokens of thinking the answer begins. Automatic: no limit.</source>
        <translation>Nach so vielen Tokens des Nachdenkens beginnt die Antwort. Automatisch: keine Grenze.</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>How many tokens question, history and answer may have together. Automatic: what model and memory allow. Loads the model again.</source>
        <translation>Wie viele Tokens Frage, Verlauf und Antwort zusammen haben dürfen. Automatisch: was Modell und Speicher erlauben. Lädt das Modell neu.</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farbschema</translation>
    </message>
    <message>
        <source>Light or dark colours, or as the system says.</source>
        <translation>Helle oder dunkle Farben oder wie das System.</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <source>The size of everything in the window.</source>
        <translation>Die Größe von allem im Fenster.</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>The language of the window. Takes effect at the next start.</source>
        <translation>Die Sprache des Fensters. Gilt ab dem nächsten Start.</translation>
    </message>
    <message>
        <source>Send with</source>
        <translation>Senden mit</translation>
    </message>
    <message>
        <source>What sends a message; Shift+Enter always makes a new line.</source>
        <translation>Was eine Nachricht sendet; Umschalt+Enter macht immer eine neue Zeile.</translation>
    </message>
    <message>
        <source>Facts under answers</source>
        <translation>Angaben unter Antworten</translation>
    </message>
    <message>
        <source>Tokens, speed and time to the first token under every answer.</source>
        <translation>Tokens, Tempo und Zeit bis zum ersten Token unter jeder Antwort.</translation>
    </message>
    <message>
        <source>Stay in the tray</source>
        <translation>Im Infobereich bleiben</translation>
    </message>
    <message>
        <source>Closing the window leaves Ponder running in the system tray.</source>
        <translation>Nach dem Schließen des Fensters läuft Ponder im Infobereich weiter.</translation>
    </message>
    <message>
        <source>Keep thoughts open</source>
        <translation>Gedanken offen lassen</translation>
    </message>
    <message>
        <source>Thoughts stay unfolded when the answer begins.</source>
        <translation>Gedanken bleiben ausgeklappt, wenn die Antwort beginnt.</translation>
    </message>
    <message>
        <source>Refine titles</source>
        <translation>Titel verfeinern</translation>
    </message>
    <message>
        <source>A chat is named after its first question at once; an idle model may find a better name.</source>
        <translation>Ein Chat heißt zunächst wie seine erste Frage; ein unbeschäftigtes Modell kann einen besseren Namen finden.</translation>
    </message>
    <message>
        <source>Free the memory after</source>
        <translation>Speicher freigeben nach</translation>
    </message>
    <message>
        <source>So many minutes without a question, and the model leaves the memory. 0: never.</source>
        <translation>Nach so vielen Minuten ohne Frage verlässt das Modell den Speicher. 0: nie.</translation>
    </message>
    <message>
        <source>Less repetition</source>
        <translation>Weniger Wiederholungen</translation>
    </message>
    <message>
        <source>A presence penalty of 1.5, as Qwen advises for quantised weights that repeat themselves.</source>
        <translation>Eine Präsenzstrafe von 1,5, wie Qwen sie für quantisierte Gewichte empfiehlt, die sich wiederholen.</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>How freely words are chosen; 0 takes the likeliest. Automatic: 0.6 when it thinks, else 0.7.</source>
        <translation>Wie frei Wörter gewählt werden; 0 nimmt das wahrscheinlichste. Automatisch: 0,6 beim Nachdenken, sonst 0,7.</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Only the likeliest words, together this probable. Automatic: 0.95 when it thinks, else 0.8.</source>
        <translation>Nur die wahrscheinlichsten Wörter, zusammen so wahrscheinlich. Automatisch: 0,95 beim Nachdenken, sonst 0,8.</translation>
    </message>
    <message>
        <source>Top-k</source>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>Only so many of the likeliest words; 0 is no limit. Automatic: 20.</source>
        <translation>Nur so viele der wahrscheinlichsten Wörter; 0 bedeutet keine Grenze. Automatisch: 20.</translation>
    </message>
    <message>
        <source>Min-p</source>
        <translation>Min-p</translation>
    </message>
    <message>
        <source>Only words at least this likely, compared with the likeliest one. Automatic: 0.</source>
        <translation>Nur Wörter, die im Vergleich zum wahrscheinlichsten mindestens so wahrscheinlich sind. Automatisch: 0.</translation>
    </message>
    <message>
        <source>Presence penalty</source>
        <translation>Präsenzstrafe</translation>
    </message>
    <message>
        <source>Makes words that were written already less likely. Automatic: 0, or 1.5 for 4-bit weights.</source>
        <translation>Macht schon geschriebene Wörter unwahrscheinlicher. Automatisch: 0, oder 1,5 bei Gewichten mit 4&#xa0;Bit.</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>Längste Antwort</translation>
    </message>
    <message>
        <source>In tokens, thoughts included. Automatic: as long as the context allows.</source>
        <translation>In Tokens, Gedanken mitgezählt. Automatisch: so lang, wie der Kontext erlaubt.</translation>
    </message>
    <message>
        <source>Search thoughts</source>
        <translation>Gedanken durchsuchen</translation>
    </message>
    <message>
        <source>Whether the search looks into thoughts too.</source>
        <translation>Ob die Suche auch in Gedanken sucht.</translation>
    </message>
    <message>
        <source>Empty the trash after</source>
        <translation>Papierkorb leeren nach</translation>
    </message>
    <message>
        <source>Chats in the trash are removed for good after so many days. 0: never.</source>
        <translation>Chats im Papierkorb werden nach so vielen Tagen endgültig entfernt. 0: nie.</translation>
    </message>
    <message>
        <source>Back up every</source>
        <translation>Sichern alle</translation>
    </message>
    <message>
        <source>Hours between two backups of the chats, when there is something new. 0: never.</source>
        <translation>Stunden zwischen zwei Sicherungen der Chats, wenn es Neues gibt. 0: nie.</translation>
    </message>
    <message>
        <source>Keep long chats ready</source>
        <translation>Lange Chats bereithalten</translation>
    </message>
    <message>
        <source>So much of the disk may hold what the model has read of long chats: after a restart they go on at once. It tells what the chats say, and is deleted with them. 0: nothing is kept.</source>
        <translation>So viel Platz auf der Festplatte darf einnehmen, was das Modell von langen Chats gelesen hat: Nach einem Neustart gehen sie sofort weiter. Es verrät, was in den Chats steht, und wird mit ihnen gelöscht. 0: Nichts wird aufbewahrt.</translation>
    </message>
    <message>
        <source>Keys that were chosen for a command, by the command&apos;s name.</source>
        <translation>Tasten, die für einen Befehl gewählt wurden, nach dem Namen des Befehls.</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Strg+Enter</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>16-bit (BF16)</source>
        <translation>16&#xa0;Bit (BF16)</translation>
    </message>
    <message>
        <source>16-bit (FP16)</source>
        <translation>16&#xa0;Bit (FP16)</translation>
    </message>
    <message>
        <source>32-bit (FP32)</source>
        <translation>32&#xa0;Bit (FP32)</translation>
    </message>
    <message>
        <source>8-bit (INT8)</source>
        <translation>8&#xa0;Bit (INT8)</translation>
    </message>
    <message>
        <source>4-bit (NF4), less quality</source>
        <translation>4&#xa0;Bit (NF4), weniger Qualität</translation>
    </message>
    <message>
        <source>16-bit</source>
        <translation>16&#xa0;Bit</translation>
    </message>
    <message>
        <source>8-bit</source>
        <translation>8&#xa0;Bit</translation>
    </message>
    <message>
        <source>Processor (CPU)</source>
        <translation>Prozessor (CPU)</translation>
    </message>
    <message>
        <source>NVIDIA graphics card (CUDA)</source>
        <translation>NVIDIA-Grafikkarte (CUDA)</translation>
    </message>
    <message>
        <source>Apple graphics (MPS)</source>
        <translation>Apple-Grafik (MPS)</translation>
    </message>
    <message>
        <source>NVIDIA graphics card {number} (CUDA)</source>
        <translation>NVIDIA-Grafikkarte {number} (CUDA)</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>Tokens</translation>
    </message>
    <message>
        <source>minutes</source>
        <translation>Minuten</translation>
    </message>
    <message>
        <source>hours</source>
        <translation>Stunden</translation>
    </message>
    <message>
        <source>days</source>
        <translation>Tage</translation>
    </message>
    <message>
        <source>GB</source>
        <translation>GB</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Nie</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>Keine Grenze</translation>
    </message>
    <message>
        <source>{n} %</source>
        <translation>{n}&#xa0;%</translation>
    </message>
    <message>
        <source>At 4 bits small models lose noticeably in quality: they make more mistakes and repeat themselves more. Choose it only where nothing else fits the memory.</source>
        <translation>Mit 4&#xa0;Bit verlieren kleine Modelle merklich an Qualität: Sie machen mehr Fehler und wiederholen sich öfter. Nur wählen, wenn nichts anderes in den Speicher passt.</translation>
    </message>
</context>
<context>
    <name>SettingsWindow</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Search the settings</source>
        <translation>Einstellungen durchsuchen</translation>
    </message>
    <message>
        <source>Search settings</source>
        <translation>Einstellungen suchen</translation>
    </message>
    <message>
        <source>Section of the settings</source>
        <translation>Bereich der Einstellungen</translation>
    </message>
</context>
<context>
    <name>ShelfHead</name>
    <message>
        <source>Empty</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <source>Empty the trash</source>
        <translation>Papierkorb leeren</translation>
    </message>
    <message>
        <source>{shelf}: back to the chats</source>
        <translation>{shelf}: zurück zu den Chats</translation>
    </message>
    <message>
        <source>Back to the chats</source>
        <translation>Zurück zu den Chats</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>Sidebar</source>
        <translation>Seitenleiste</translation>
    </message>
    <message>
        <source>The search index is damaged; the chats themselves are read without it.</source>
        <translation>Der Suchindex ist beschädigt; die Chats selbst sind auch ohne ihn lesbar.</translation>
    </message>
    <message>
        <source>Repair the search</source>
        <translation>Suche reparieren</translation>
    </message>
    <message>
        <source>Search again</source>
        <translation>Erneut suchen</translation>
    </message>
    <message>
        <source>Nothing found for “{query}”.</source>
        <translation>Nichts gefunden für „{query}“.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>No chats yet. What you ask is kept here, on this computer.</source>
        <translation>Noch keine Chats. Was du fragst, wird hier auf diesem Computer aufbewahrt.</translation>
    </message>
    <message>
        <source>Nothing is archived. Archived chats are kept here, out of the way.</source>
        <translation>Nichts ist archiviert. Archivierte Chats liegen hier und sind nicht im Weg.</translation>
    </message>
    <message>
        <source>The trash is empty.</source>
        <translation>Der Papierkorb ist leer.</translation>
    </message>
    <message>
        <source>The search is being repaired…</source>
        <translation>Die Suche wird repariert&#xa0;…</translation>
    </message>
    <message>
        <source>Untitled chat</source>
        <translation>Chat ohne Titel</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>Angeheftet</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Heute</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Gestern</translation>
    </message>
    <message>
        <source>Previous 7 days</source>
        <translation>Letzte 7 Tage</translation>
    </message>
    <message>
        <source>Previous 30 days</source>
        <translation>Letzte 30 Tage</translation>
    </message>
    <message>
        <source>{month} {year}</source>
        <translation>{month} {year}</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>Chats</translation>
    </message>
    <message>
        <source>Archived</source>
        <translation>Archiv</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>Papierkorb</translation>
    </message>
</context>
<context>
    <name>SlashCommands</name>
    <message>
        <source>The model thinks before it answers this message</source>
        <translation>Das Modell denkt nach, bevor es auf diese Nachricht antwortet</translation>
    </message>
    <message>
        <source>The model answers this message at once</source>
        <translation>Das Modell antwortet auf diese Nachricht sofort</translation>
    </message>
    <message>
        <source>Persona: {prompt}</source>
        <translation>Persona: {prompt}</translation>
    </message>
    <message>
        <source>Persona</source>
        <translation>Persona</translation>
    </message>
</context>
<context>
    <name>SlashList</name>
    <message>
        <source>Saved prompts and personas</source>
        <translation>Gespeicherte Prompts und Personas</translation>
    </message>
</context>
<context>
    <name>SliderRow</name>
    <message>
        <source>Automatic ({value})</source>
        <translation>Automatisch ({value})</translation>
    </message>
</context>
<context>
    <name>StatusPill</name>
    <message>
        <source>Starting…</source>
        <translation>Startet&#xa0;…</translation>
    </message>
    <message>
        <source>The engine is starting. You can type and send already.</source>
        <translation>Die Engine startet. Tippen und Senden geht schon.</translation>
    </message>
    <message>
        <source>Loading… {n} %</source>
        <translation>Lädt&#xa0;… {n}&#xa0;%</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>Lädt&#xa0;…</translation>
    </message>
    <message>
        <source>The model is being loaded. You can type and send already.</source>
        <translation>Das Modell wird geladen. Tippen und Senden geht schon.</translation>
    </message>
    <message>
        <source>practice model</source>
        <translation>Übungsmodell</translation>
    </message>
    <message>
        <source>Context: {n} tokens</source>
        <translation>Kontext: {n} Tokens</translation>
    </message>
    <message>
        <source>Not loaded</source>
        <translation>Nicht geladen</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Gestoppt</translation>
    </message>
    <message>
        <source>The engine ended unexpectedly. It starts again with your next question.</source>
        <translation>Die Engine wurde unerwartet beendet. Sie startet mit der nächsten Frage wieder.</translation>
    </message>
    <message>
        <source>Asleep</source>
        <translation>Ruht</translation>
    </message>
    <message>
        <source>The model is not in memory now. It is loaded again with your next question.</source>
        <translation>Das Modell ist gerade nicht im Speicher. Mit der nächsten Frage wird es wieder geladen.</translation>
    </message>
    <message>
        <source>Model: {status}</source>
        <translation>Modell: {status}</translation>
    </message>
</context>
<context>
    <name>StoppedCard</name>
    <message>
        <source>Download: {name}</source>
        <translation>Download: {name}</translation>
    </message>
    <message>
        <source>A download of {repository}</source>
        <translation>Ein Download von {repository}</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Herunterladen</translation>
    </message>
</context>
<context>
    <name>StoragePage</name>
    <message>
        <source>Long chats kept ready</source>
        <translation>Bereitgehaltene lange Chats</translation>
    </message>
    <message>
        <source>Backups</source>
        <translation>Sicherungen</translation>
    </message>
    <message>
        <source>Where the chats lie</source>
        <translation>Wo die Chats liegen</translation>
    </message>
    <message>
        <source>Show folder</source>
        <translation>Ordner anzeigen</translation>
    </message>
    <message>
        <source>Show the folder of the chats</source>
        <translation>Ordner der Chats anzeigen</translation>
    </message>
    <message>
        <source>Keep them whole</source>
        <translation>Pflege</translation>
    </message>
    <message>
        <source>Back up now</source>
        <translation>Jetzt sichern</translation>
    </message>
    <message>
        <source>Check the chats</source>
        <translation>Chats prüfen</translation>
    </message>
    <message>
        <source>Empty the trash…</source>
        <translation>Papierkorb leeren&#xa0;…</translation>
    </message>
    <message>
        <source>All chats in the trash are removed for good. Only a backup could bring them back.</source>
        <translation>Alle Chats im Papierkorb werden endgültig entfernt. Nur eine Sicherung könnte sie zurückbringen.</translation>
    </message>
    <message>
        <source>Empty the trash</source>
        <translation>Papierkorb leeren</translation>
    </message>
    <message>
        <source>The backup of {time} takes the place of your chats. The chats of now are set aside in their folder, untouched.</source>
        <translation>Die Sicherung vom {time} ersetzt die jetzigen Chats. Diese werden unverändert in ihrem Ordner beiseitegelegt.</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Wiederherstellen</translation>
    </message>
</context>
<context>
    <name>ThinkingBlock</name>
    <message>
        <source>Answer now</source>
        <translation>Jetzt antworten</translation>
    </message>
    <message>
        <source>Stop thinking and answer with what there is</source>
        <translation>Nachdenken beenden und mit dem antworten, was da ist</translation>
    </message>
    <message>
        <source>Thoughts</source>
        <translation>Gedanken</translation>
    </message>
    <message>
        <source>Thinking… {n} s</source>
        <translation>Denkt nach&#xa0;… {n}&#xa0;s</translation>
    </message>
    <message>
        <source>shown</source>
        <translation>ausgeklappt</translation>
    </message>
    <message>
        <source>hidden</source>
        <translation>eingeklappt</translation>
    </message>
    <message>
        <source>{heading}, {state}</source>
        <comment>heading: Thought for 6 seconds</comment>
        <translation>{heading}, {state}</translation>
    </message>
</context>
<context>
    <name>TitleField</name>
    <message>
        <source>Name of this chat</source>
        <translation>Name dieses Chats</translation>
    </message>
    <message>
        <source>Chat: {title}</source>
        <translation>Chat: {title}</translation>
    </message>
</context>
<context>
    <name>Toast</name>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>{message} {action} is available.</source>
        <translation>{message} {action} ist möglich.</translation>
    </message>
</context>
<context>
    <name>TranscriptView</name>
    <message>
        <source>Conversation</source>
        <translation>Chatverlauf</translation>
    </message>
    <message>
        <source>Jump to latest</source>
        <translation>Zum Neuesten</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation>Als Markdown kopieren</translation>
    </message>
    <message>
        <source>Copy the answer</source>
        <translation>Antwort kopieren</translation>
    </message>
    <message>
        <source>Copy the answer as Markdown</source>
        <translation>Antwort als Markdown kopieren</translation>
    </message>
    <message>
        <source>Copy the message</source>
        <translation>Nachricht kopieren</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Alles auswählen</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Show Ponder</source>
        <translation>Ponder anzeigen</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
</context>
<context>
    <name>Troubles</name>
    <message>
        <source>Something went wrong inside Ponder. Your chat is still here. What happened is in the log, without anything you wrote.</source>
        <translation>In Ponder ist etwas schiefgegangen. Der Chat ist noch da. Was geschah, steht im Protokoll, ohne etwas von dem, was du geschrieben hast.</translation>
    </message>
    <message>
        <source>{error} Until it is saved, what you write is kept in memory only.</source>
        <translation>{error} Bis es gespeichert ist, bleibt Geschriebenes nur im Speicher.</translation>
    </message>
    <message>
        <source>See what can be saved</source>
        <translation>Rettung prüfen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Load it that way</source>
        <translation>So laden</translation>
    </message>
</context>
<context>
    <name>Upkeep</name>
    <message>
        <source>Making a backup…</source>
        <translation>Sicherung wird erstellt&#xa0;…</translation>
    </message>
    <message>
        <source>Checking every text…</source>
        <translation>Jeder Text wird geprüft&#xa0;…</translation>
    </message>
    <message>
        <source>Putting the backup in place…</source>
        <translation>Sicherung wird eingesetzt&#xa0;…</translation>
    </message>
    <message>
        <source>Emptying the trash…</source>
        <translation>Papierkorb wird geleert&#xa0;…</translation>
    </message>
    <message>
        <source>Deleting all chats…</source>
        <translation>Alle Chats werden gelöscht&#xa0;…</translation>
    </message>
    <message>
        <source>The backup is made and verified: {content}.</source>
        <translation>Die Sicherung ist erstellt und geprüft: {content}.</translation>
    </message>
    <message>
        <source>The backup is in place: {content}.</source>
        <translation>Die Sicherung ist eingesetzt: {content}.</translation>
    </message>
    <message>
        <source>The backup is in place: {content}. The chats from before lie untouched in {folder}.</source>
        <translation>Die Sicherung ist eingesetzt: {content}. Die vorherigen Chats liegen unverändert in {folder}.</translation>
    </message>
    <message>
        <source>made before an update</source>
        <translation>vor einem Update erstellt</translation>
    </message>
    <message>
        <source>chats: {chats}, messages: {messages}</source>
        <translation>Chats: {chats}, Nachrichten: {messages}</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>nicht lesbar</translation>
    </message>
    <message>
        <source>Everything is as it was written: {content}.</source>
        <translation>Alles ist, wie es geschrieben wurde: {content}.</translation>
    </message>
    <message>
        <source>Something is wrong. Problems found: {number}.</source>
        <translation>Etwas stimmt nicht. Gefundene Probleme: {number}.</translation>
    </message>
    <message>
        <source>Restore a backup. The damaged file is kept as it is.</source>
        <translation>Stelle eine Sicherung wieder her. Die beschädigte Datei bleibt, wie sie ist.</translation>
    </message>
    <message>
        <source>The trash was empty already.</source>
        <translation>Der Papierkorb war schon leer.</translation>
    </message>
    <message>
        <source>Removed for good: {content}.</source>
        <translation>Endgültig entfernt: {content}.</translation>
    </message>
    <message>
        <source>Backups that still hold some of it: {number}. Later ones will not.</source>
        <translation>Sicherungen, die noch etwas davon enthalten: {number}. Spätere nicht mehr.</translation>
    </message>
    <message>
        <source>Everything is deleted for good: {content}, backups and older files: {copies}.</source>
        <translation>Alles ist endgültig gelöscht: {content}, Sicherungen und ältere Dateien: {copies}.</translation>
    </message>
    <message>
        <source>Files that could not be deleted: {number}. Close what uses them and try again.</source>
        <translation>Dateien, die nicht gelöscht werden konnten: {number}. Schließe, was sie verwendet, und versuche es erneut.</translation>
    </message>
</context>
<context>
    <name>VersionSwitch</name>
    <message>
        <source>Previous version</source>
        <translation>Vorherige Version</translation>
    </message>
    <message>
        <source>Next version</source>
        <translation>Nächste Version</translation>
    </message>
    <message>
        <source>{n} / {count}</source>
        <translation>{n} / {count}</translation>
    </message>
    <message>
        <source>Version {n} of {count}</source>
        <translation>Version {n} von {count}</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Welcome</source>
        <translation>Willkommen</translation>
    </message>
    <message>
        <source>Welcome to Ponder</source>
        <translation>Willkommen bei Ponder</translation>
    </message>
    <message>
        <source>Ponder is a chat with a language model that runs on this computer. It works without a network, and what you write never leaves this computer.</source>
        <translation>Ponder ist ein Chat mit einem Sprachmodell, das auf diesem Computer läuft. Er funktioniert ohne Netz, und was du schreibst, verlässt diesen Computer nie.</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Dieser Computer</translation>
    </message>
    <message>
        <source>Start with the practice model</source>
        <translation>Mit dem Übungsmodell beginnen</translation>
    </message>
    <message>
        <source>Ready at once. A small model, made to try things out, and not an assistant.</source>
        <translation>Sofort bereit. Ein kleines Modell, zum Ausprobieren gemacht und kein Assistent.</translation>
    </message>
    <message>
        <source>{name} is being downloaded. It goes on while you chat, and can be paused at any time.</source>
        <translation>{name} wird heruntergeladen. Das geht beim Chatten weiter und lässt sich jederzeit anhalten.</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>Ordner auswählen&#xa0;…</translation>
    </message>
    <message>
        <source>Choose a GGUF file…</source>
        <translation>GGUF-Datei auswählen&#xa0;…</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Nicht jetzt</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Import</translation>
    </message>
    <message>
        <source>Or use a model that is on this computer already</source>
        <translation>Oder ein Modell verwenden, das schon auf diesem Computer ist</translation>
    </message>
    <message>
        <source>Start with {name}</source>
        <translation>Mit {name} beginnen</translation>
    </message>
    <message>
        <source>Download {name} ({size})</source>
        <translation>{name} herunterladen ({size})</translation>
    </message>
    <message>
        <source>This computer: {device}, {free} free</source>
        <translation>Dieser Computer: {device}, {free} frei</translation>
    </message>
    <message>
        <source>The largest that runs here is {name}, in {precision}. You can download it later.</source>
        <translation>Das größte, das hier läuft, ist {name} mit {precision}. Es lässt sich später herunterladen.</translation>
    </message>
</context>
<context>
    <name>WindowActions</name>
    <message>
        <source>Copy of {title}</source>
        <translation>Kopie von {title}</translation>
    </message>
</context>
<context>
    <name>WindowCommands</name>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>New temporary chat</source>
        <translation>Neuer temporärer Chat</translation>
    </message>
    <message>
        <source>Keep this temporary chat</source>
        <translation>Temporären Chat behalten</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>Chats durchsuchen</translation>
    </message>
    <message>
        <source>Find in this chat</source>
        <translation>In diesem Chat suchen</translation>
    </message>
    <message>
        <source>Rename this chat</source>
        <translation>Chat umbenennen</translation>
    </message>
    <message>
        <source>Pin or unpin this chat</source>
        <translation>Chat anheften oder lösen</translation>
    </message>
    <message>
        <source>Duplicate this chat</source>
        <translation>Chat duplizieren</translation>
    </message>
    <message>
        <source>Archive this chat</source>
        <translation>Chat archivieren</translation>
    </message>
    <message>
        <source>Delete this chat</source>
        <translation>Chat löschen</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>Neuer Ordner</translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>Antwort stoppen</translation>
    </message>
    <message>
        <source>Answer now</source>
        <translation>Jetzt antworten</translation>
    </message>
    <message>
        <source>Answer again</source>
        <translation>Erneut antworten</translation>
    </message>
    <message>
        <source>Edit the last question</source>
        <translation>Letzte Frage bearbeiten</translation>
    </message>
    <message>
        <source>Copy the last answer</source>
        <translation>Letzte Antwort kopieren</translation>
    </message>
    <message>
        <source>Copy the last code</source>
        <translation>Letzten Code kopieren</translation>
    </message>
    <message>
        <source>Turn thinking on or off</source>
        <translation>Nachdenken ein- oder ausschalten</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>Dateien anhängen</translation>
    </message>
    <message>
        <source>Go to the message field</source>
        <translation>Zum Nachrichtenfeld</translation>
    </message>
    <message>
        <source>Show or hide the chats</source>
        <translation>Chats ein- oder ausblenden</translation>
    </message>
    <message>
        <source>Show or hide this chat&apos;s settings</source>
        <translation>Einstellungen dieses Chats ein- oder ausblenden</translation>
    </message>
    <message>
        <source>Jump to the latest message</source>
        <translation>Zur neuesten Nachricht</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Verkleinern</translation>
    </message>
    <message>
        <source>Normal size</source>
        <translation>Normale Größe</translation>
    </message>
    <message>
        <source>Light or dark</source>
        <translation>Hell oder dunkel</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>Befehle</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Personas and prompts</source>
        <translation>Personas und Prompts</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Free the model&apos;s memory</source>
        <translation>Speicher des Modells freigeben</translation>
    </message>
    <message>
        <source>Load the model</source>
        <translation>Modell laden</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
</context>
<context>
    <name>_Body</name>
    <message>
        <source>Show more</source>
        <translation>Mehr anzeigen</translation>
    </message>
    <message>
        <source>Show more thoughts</source>
        <translation>Mehr Gedanken anzeigen</translation>
    </message>
</context>
<context>
    <name>_Dim</name>
    <message>
        <source>Close the sidebar</source>
        <translation>Seitenleiste schließen</translation>
    </message>
</context>
<context>
    <name>_Grip</name>
    <message>
        <source>Width of the sidebar</source>
        <translation>Breite der Seitenleiste</translation>
    </message>
    <message>
        <source>The left and right arrow keys change it.</source>
        <translation>Mit den Pfeiltasten links und rechts lässt sie sich ändern.</translation>
    </message>
</context>
</TS>
