<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>AttachmentStrip</name>
    <message numerus="yes">
        <source>%Ln tokens</source>
        <translation>
            <numerusform>%Ln token</numerusform>
            <numerusform>%Ln tokens</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ChatDeeds</name>
    <message numerus="yes">
        <source>Move %n chats to the trash? They can be restored from there.</source>
        <translation>
            <numerusform>Move %n chat to the trash? It can be restored from there.</numerusform>
            <numerusform>Move %n chats to the trash? They can be restored from there.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete %n chats</source>
        <translation>
            <numerusform>Delete %n chat</numerusform>
            <numerusform>Delete %n chats</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete %n chats for good? They go from the backups too, and nothing brings them back.</source>
        <translation>
            <numerusform>Delete %n chat for good? It goes from the backups too, and nothing brings it back.</numerusform>
            <numerusform>Delete %n chats for good? They go from the backups too, and nothing brings them back.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chats</source>
        <translation>
            <numerusform>%n chat</numerusform>
            <numerusform>%n chats</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chats are in the trash.</source>
        <translation>
            <numerusform>%n chat is in the trash.</numerusform>
            <numerusform>%n chats are in the trash.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chats are back.</source>
        <translation>
            <numerusform>%n chat is back.</numerusform>
            <numerusform>%n chats are back.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chats are archived.</source>
        <translation>
            <numerusform>%n chat is archived.</numerusform>
            <numerusform>%n chats are archived.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chats are among the chats again.</source>
        <translation>
            <numerusform>%n chat is among the chats again.</numerusform>
            <numerusform>%n chats are among the chats again.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chats were moved.</source>
        <translation>
            <numerusform>%n chat was moved.</numerusform>
            <numerusform>%n chats were moved.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LibraryDialog</name>
    <message numerus="yes">
        <source>%Ln added.</source>
        <translation>
            <numerusform>%Ln added.</numerusform>
            <numerusform>%Ln added.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln were here already.</source>
        <translation>
            <numerusform>%Ln was here already.</numerusform>
            <numerusform>%Ln were here already.</numerusform>
        </translation>
    </message>
</context>
</TS>
