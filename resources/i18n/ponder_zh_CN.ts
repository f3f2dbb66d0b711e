<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AboutPage</name>
    <message>
        <source>A chat with a language model of your own, on your own computer. Licensed under Apache 2.0.</source>
        <translation>在自己的电脑上，与自己的语言模型对话。采用 Apache 2.0 许可证。</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>Ponder&apos;s licence</source>
        <translation>Ponder 的许可证</translation>
    </message>
    <message>
        <source>Qt</source>
        <translation>Qt</translation>
    </message>
    <message>
        <source>The window is made with Qt and PySide6, used under the GNU Lesser General Public License, version 3. Their libraries are separate files beside the program; you may replace them with builds of your own from Qt&apos;s source code.</source>
        <translation>窗口使用 Qt 和 PySide6 制作，依照 GNU 宽通用公共许可证第 3 版使用。它们的库是与程序并列的独立文件，你可以用自己从 Qt 源代码构建的版本替换。</translation>
    </message>
    <message>
        <source>Read the licence</source>
        <translation>阅读许可证</translation>
    </message>
    <message>
        <source>Qt&apos;s source code</source>
        <translation>Qt 源代码</translation>
    </message>
    <message>
        <source>{words}: opens the browser</source>
        <translation>{words}：打开浏览器</translation>
    </message>
    <message>
        <source>Opens {address} in your browser</source>
        <translation>在浏览器中打开 {address}</translation>
    </message>
    <message>
        <source>Made with</source>
        <translation>使用的组件</translation>
    </message>
    <message>
        <source>This copy of Ponder does not know what it was installed with.</source>
        <translation>这份 Ponder 没有关于所装组件的信息。</translation>
    </message>
    <message>
        <source>Licence of {package}</source>
        <translation>{package} 的许可证</translation>
    </message>
    <message>
        <source>The package brings no licence text of its own. What it states is shown in the list.</source>
        <translation>此软件包未附带许可证文本，其声明见列表。</translation>
    </message>
</context>
<context>
    <name>AnswerNotices</name>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>{n} tokens</source>
        <translation>{n} token</translation>
    </message>
    <message>
        <source>Load with {facts}</source>
        <translation>以 {facts} 加载</translation>
    </message>
    <message>
        <source>The model asked for a tool named “{name}”. There are no tools here, so nothing was run.</source>
        <translation>模型请求使用名为“{name}”的工具。这里没有工具，因此未运行任何内容。</translation>
    </message>
    <message>
        <source>The model began to repeat itself and was stopped. What it wrote is kept.</source>
        <translation>模型开始重复，已被停止。已写出的内容已保留。</translation>
    </message>
    <message>
        <source>The model began to repeat itself while it was thinking and was stopped. Your question is kept.</source>
        <translation>模型在思考时开始重复，已被停止。你的提问已保留。</translation>
    </message>
    <message>
        <source>The answer reached the longest length that fits, and may be cut short.</source>
        <translation>回答已达到可容纳的最大长度，可能不完整。</translation>
    </message>
    <message>
        <source>The thoughts took all the room there was for an answer. Your question is kept.</source>
        <translation>思考过程占满了回答的空间。你的提问已保留。</translation>
    </message>
    <message>
        <source>The model ended without an answer. Your question is kept.</source>
        <translation>模型未给出回答就结束了。你的提问已保留。</translation>
    </message>
    <message>
        <source>The answer could not be finished. Your question is kept.</source>
        <translation>回答未能完成。你的提问已保留。</translation>
    </message>
    <message>
        <source>Your question and the text above are kept.</source>
        <translation>你的提问和以上文字已保留。</translation>
    </message>
    <message>
        <source>Your question is kept.</source>
        <translation>你的提问已保留。</translation>
    </message>
</context>
<context>
    <name>AnswerView</name>
    <message>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Edit the answer</source>
        <translation>编辑回答</translation>
    </message>
    <message>
        <source>New chat from here</source>
        <translation>从此处新建对话</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Reading… {n} %</source>
        <translation>正在读取… {n}%</translation>
    </message>
    <message>
        <source>Waiting for the model…</source>
        <translation>正在等待模型…</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>Answer finished</source>
        <translation>回答完成</translation>
    </message>
    <message>
        <source>Answer ended</source>
        <translation>回答结束</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation>复制为 Markdown</translation>
    </message>
    <message>
        <source>Copy with thoughts</source>
        <translation>连同思考过程复制</translation>
    </message>
    <message>
        <source>Try again with thinking</source>
        <translation>重试（思考）</translation>
    </message>
    <message>
        <source>Try again without thinking</source>
        <translation>重试（不思考）</translation>
    </message>
    <message>
        <source>Delete this and what follows</source>
        <translation>删除此条及之后的内容</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
</context>
<context>
    <name>AttachmentStrip</name>
    <message>
        <source>Attached files</source>
        <translation>附件</translation>
    </message>
    <message>
        <source>At most {n} files go along with one message.</source>
        <translation>一条消息最多附带 {n} 个文件。</translation>
    </message>
    <message>
        <source>What was pasted is larger than {n} MiB. Paste a part of it.</source>
        <translation>粘贴的内容超过 {n} MiB，请只粘贴一部分。</translation>
    </message>
    <message>
        <source>Pasted text.txt</source>
        <translation>粘贴的文本.txt</translation>
    </message>
    <message>
        <source>Pasted text {n}.txt</source>
        <translation>粘贴的文本 {n}.txt</translation>
    </message>
    <message>
        <source>1 token</source>
        <translation>1 token</translation>
    </message>
    <message numerus="yes">
        <source>%Ln tokens</source>
        <translation>
            <numerusform>%Ln token</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} is larger than {n} MiB. Attach a part of it.</source>
        <translation>{name} 超过 {n} MiB，请只附加一部分。</translation>
    </message>
    <message>
        <source>{name} is not UTF-8 text. Only text files can be attached.</source>
        <translation>{name} 不是 UTF-8 文本。只能附加文本文件。</translation>
    </message>
    <message>
        <source>{name} is empty.</source>
        <translation>{name} 是空文件。</translation>
    </message>
    <message>
        <source>{name} cannot be read. Check that it is a file and that you may open it.</source>
        <translation>无法读取 {name}。请确认它是文件，并且你有权打开。</translation>
    </message>
</context>
<context>
    <name>BackupList</name>
    <message>
        <source>There are no backups yet.</source>
        <translation>还没有备份。</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>恢复…</translation>
    </message>
    <message>
        <source>Restore the backup of {time}</source>
        <translation>恢复 {time} 的备份</translation>
    </message>
</context>
<context>
    <name>Bubble</name>
    <message>
        <source>You said</source>
        <translation>你说</translation>
    </message>
    <message>
        <source>Show less</source>
        <translation>收起</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>显示全部</translation>
    </message>
</context>
<context>
    <name>CalculatorPage</name>
    <message>
        <source>Precision of the weights</source>
        <translation>权重精度</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>上下文</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>此电脑</translation>
    </message>
    <message>
        <source>Common graphics cards, with nothing else on them</source>
        <translation>常见显卡（无其他占用时）</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Context in tokens</source>
        <translation>上下文 token 数</translation>
    </message>
    <message>
        <source>{n} tokens</source>
        <translation>{n} token</translation>
    </message>
    <message>
        <source>{size} of memory in all</source>
        <translation>共需 {size} 内存</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>KV cache</source>
        <translation>KV 缓存</translation>
    </message>
    <message>
        <source>Workspace</source>
        <translation>工作区</translation>
    </message>
    <message>
        <source>Runtime</source>
        <translation>运行时</translation>
    </message>
    <message>
        <source>Fits: {names}</source>
        <translation>放得下：{names}</translation>
    </message>
    <message>
        <source>Too small: {names}</source>
        <translation>容量不足：{names}</translation>
    </message>
    <message>
        <source>Cannot run it: {names}</source>
        <translation>无法运行：{names}</translation>
    </message>
    <message>
        <source>Checking what this computer has…</source>
        <translation>正在检查此电脑的配置…</translation>
    </message>
    <message>
        <source>{place}: cannot run it</source>
        <translation>{place}：无法运行</translation>
    </message>
    <message>
        <source>{place}: fits, {needed} of {free} free</source>
        <translation>{place}：放得下，需要 {needed}，可用 {free}</translation>
    </message>
    <message>
        <source>{place}: does not fit, {needed} needed and a margin, {free} free</source>
        <translation>{place}：放不下，需要 {needed} 及余量，可用 {free}</translation>
    </message>
</context>
<context>
    <name>CatalogueCard</name>
    <message>
        <source>Model: {name}</source>
        <translation>模型：{name}</translation>
    </message>
    <message>
        <source>Download {size}</source>
        <translation>下载 {size}</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Use {name}</source>
        <translation>使用 {name}</translation>
    </message>
    <message>
        <source>Benchmarks</source>
        <translation>基准测试</translation>
    </message>
    <message>
        <source>Benchmarks of {name}</source>
        <translation>{name} 的基准测试</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>在此电脑上</translation>
    </message>
</context>
<context>
    <name>CataloguePage</name>
    <message>
        <source>Models come from the Hugging Face hub, are verified byte by byte, and stay on this computer. Nothing is fetched before you press Download. A -Base model continues text; for questions, take one without -Base.</source>
        <translation>模型来自 Hugging Face Hub，经逐字节校验，只保存在此电脑上。按下“下载”之前不会获取任何内容。带 -Base 的模型用于续写文本；要提问，请选不带 -Base 的模型。</translation>
    </message>
</context>
<context>
    <name>ChatDeeds</name>
    <message numerus="yes">
        <source>Move %n chats to the trash? They can be restored from there.</source>
        <translation>
            <numerusform>将 %n 个对话移到回收站？可从回收站恢复。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete %n chats</source>
        <translation>
            <numerusform>删除 %n 个对话</numerusform>
        </translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>新建文件夹</translation>
    </message>
    <message>
        <source>{title} (copy)</source>
        <translation>{title}（副本）</translation>
    </message>
    <message>
        <source>Delete “{title}” for good? It goes from the backups too, and nothing brings it back.</source>
        <translation>永久删除“{title}”？备份中的也会一并删除，无法恢复。</translation>
    </message>
    <message numerus="yes">
        <source>Delete %n chats for good? They go from the backups too, and nothing brings them back.</source>
        <translation>
            <numerusform>永久删除 %n 个对话？备份中的也会一并删除，无法恢复。</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>永久删除</translation>
    </message>
    <message>
        <source>Delete everything in the trash for good? It goes from the backups too, and nothing brings it back.</source>
        <translation>永久删除回收站中的所有内容？备份中的也会一并删除，无法恢复。</translation>
    </message>
    <message>
        <source>Empty the trash</source>
        <translation>清空回收站</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message numerus="yes">
        <source>%n chats</source>
        <translation>
            <numerusform>%n 个对话</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>“{title}” is in the trash.</source>
        <translation>“{title}”已移到回收站。</translation>
    </message>
    <message numerus="yes">
        <source>%n chats are in the trash.</source>
        <translation>
            <numerusform>%n 个对话已移到回收站。</numerusform>
        </translation>
    </message>
    <message>
        <source>“{title}” is back.</source>
        <translation>“{title}”已恢复。</translation>
    </message>
    <message numerus="yes">
        <source>%n chats are back.</source>
        <translation>
            <numerusform>%n 个对话已恢复。</numerusform>
        </translation>
    </message>
    <message>
        <source>“{title}” is archived.</source>
        <translation>“{title}”已归档。</translation>
    </message>
    <message numerus="yes">
        <source>%n chats are archived.</source>
        <translation>
            <numerusform>%n 个对话已归档。</numerusform>
        </translation>
    </message>
    <message>
        <source>“{title}” is among the chats again.</source>
        <translation>“{title}”已移回对话列表。</translation>
    </message>
    <message numerus="yes">
        <source>%n chats are among the chats again.</source>
        <translation>
            <numerusform>%n 个对话已移回对话列表。</numerusform>
        </translation>
    </message>
    <message>
        <source>“{title}” was moved.</source>
        <translation>“{title}”已移动。</translation>
    </message>
    <message numerus="yes">
        <source>%n chats were moved.</source>
        <translation>
            <numerusform>%n 个对话已移动。</numerusform>
        </translation>
    </message>
    <message>
        <source>The folder “{name}” is gone; its chats were kept.</source>
        <translation>文件夹“{name}”已删除，其中的对话已保留。</translation>
    </message>
    <message>
        <source>Exported to {path}.</source>
        <translation>已导出到 {path}。</translation>
    </message>
    <message>
        <source>The chat is in the trash.</source>
        <translation>对话已移到回收站。</translation>
    </message>
    <message>
        <source>The chat is back.</source>
        <translation>对话已恢复。</translation>
    </message>
    <message>
        <source>The chat is archived.</source>
        <translation>对话已归档。</translation>
    </message>
    <message>
        <source>The chat is among the chats again.</source>
        <translation>对话已移回对话列表。</translation>
    </message>
    <message>
        <source>The chat was moved.</source>
        <translation>对话已移动。</translation>
    </message>
    <message>
        <source>Deleted for good, but a backup still holds it: {error}</source>
        <translation>已永久删除，但仍有备份保留着它：{error}</translation>
    </message>
    <message>
        <source>Deleted for good. Older files that were set aside may still hold some of it.</source>
        <translation>已永久删除。先前另存的旧文件可能仍含有部分内容。</translation>
    </message>
    <message>
        <source>Deleted for good.</source>
        <translation>已永久删除。</translation>
    </message>
</context>
<context>
    <name>ChatDelegate</name>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>New name</source>
        <translation>新名称</translation>
    </message>
</context>
<context>
    <name>ChatMenu</name>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Delete for good…</source>
        <translation>永久删除…</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>创建副本</translation>
    </message>
    <message>
        <source>Bring back from the archive</source>
        <translation>取消归档</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>归档</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>取消置顶</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>置顶</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>上移</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>下移</translation>
    </message>
    <message>
        <source>Move to folder</source>
        <translation>移到文件夹</translation>
    </message>
    <message>
        <source>No folder</source>
        <translation>无文件夹</translation>
    </message>
    <message>
        <source>New folder…</source>
        <translation>新建文件夹…</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Markdown…</source>
        <translation>Markdown…</translation>
    </message>
    <message>
        <source>Web page…</source>
        <translation>网页…</translation>
    </message>
    <message>
        <source>Plain text…</source>
        <translation>纯文本…</translation>
    </message>
    <message>
        <source>JSON, with everything…</source>
        <translation>JSON（含全部内容）…</translation>
    </message>
    <message>
        <source>Include thoughts</source>
        <translation>包含思考过程</translation>
    </message>
    <message>
        <source>Close folder</source>
        <translation>折叠文件夹</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>展开文件夹</translation>
    </message>
    <message>
        <source>Delete folder, keep its chats</source>
        <translation>删除文件夹，保留对话</translation>
    </message>
</context>
<context>
    <name>ChatModel</name>
    <message>
        <source>{title}, pinned</source>
        <translation>{title}，已置顶</translation>
    </message>
    <message>
        <source>Folder {name}, open</source>
        <translation>文件夹 {name}，已展开</translation>
    </message>
    <message>
        <source>Folder {name}, closed</source>
        <translation>文件夹 {name}，已折叠</translation>
    </message>
</context>
<context>
    <name>ChatSettingsForm</name>
    <message>
        <source>Thinking</source>
        <translation>思考</translation>
    </message>
    <message>
        <source>Think first</source>
        <translation>先思考</translation>
    </message>
    <message>
        <source>Better answers to hard questions, but later.</source>
        <translation>难题的回答更好，但更慢。</translation>
    </message>
    <message>
        <source>Thinking budget</source>
        <translation>思考预算</translation>
    </message>
    <message>
        <source>Sampling</source>
        <translation>采样</translation>
    </message>
    <message>
        <source>How words are chosen</source>
        <translation>选词方式</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>How freely words are chosen. 0 always takes the likeliest word.</source>
        <translation>选词的自由程度。0 表示总是取可能性最大的词。</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Only the likeliest words that together reach this share are in the draw.</source>
        <translation>只在可能性最大、累计达到此比例的词中抽取。</translation>
    </message>
    <message>
        <source>Top-k</source>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>Only so many of the likeliest words are in the draw. 0 is no limit.</source>
        <translation>只在可能性最大的这么多个词中抽取。0 表示不限。</translation>
    </message>
    <message>
        <source>Min-p</source>
        <translation>Min-p</translation>
    </message>
    <message>
        <source>Words much less likely than the likeliest one are left out. 0 leaves none out.</source>
        <translation>排除可能性远低于最高者的词。0 表示不排除。</translation>
    </message>
    <message>
        <source>Presence penalty</source>
        <translation>存在惩罚</translation>
    </message>
    <message>
        <source>Words of this answer become less likely to come again. High values can mix languages.</source>
        <translation>降低本次回答中已出现的词再次出现的可能性。值过高可能导致语言混杂。</translation>
    </message>
    <message>
        <source>Repetition penalty</source>
        <translation>重复惩罚</translation>
    </message>
    <message>
        <source>The same for everything in the chat, and stronger. 1 is none.</source>
        <translation>作用相同，但针对整个对话，且更强。1 表示无惩罚。</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <source>The same seed and question give the same answer.</source>
        <translation>种子和提问相同，回答就相同。</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>长度</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>最长回答</translation>
    </message>
    <message>
        <source>In tokens, thoughts included. A token is about three quarters of a word.</source>
        <translation>以 token 计，含思考过程。一个 token 约为四分之三个英文单词。</translation>
    </message>
    <message>
        <source>Stop texts</source>
        <translation>停止文本</translation>
    </message>
    <message>
        <source>The answer ends where one of these would begin. One a line.</source>
        <translation>回答将在即将出现其中任一文本时结束。每行一个。</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>上下文</translation>
    </message>
    <message>
        <source>How many tokens of the chat the model can see. A shorter context takes less memory.</source>
        <translation>模型能看到的对话 token 数。上下文越短，占用内存越少。</translation>
    </message>
    <message>
        <source>another one each time</source>
        <translation>每次不同</translation>
    </message>
    <message>
        <source>on</source>
        <translation>开</translation>
    </message>
    <message>
        <source>off</source>
        <translation>关</translation>
    </message>
    <message>
        <source>Automatic ({value})</source>
        <translation>自动（{value}）</translation>
    </message>
    <message>
        <source>On</source>
        <translation>开</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关</translation>
    </message>
    <message>
        <source>Then the answer begins. Less than {n} tokens make answers worse.</source>
        <translation>思考到此为止，随后开始回答。少于 {n} token 会使回答变差。</translation>
    </message>
    <message>
        <source>After so many tokens of thinking the answer begins. More than {n} are advised.</source>
        <translation>思考达到这么多 token 后开始回答。建议大于 {n}。</translation>
    </message>
    <message>
        <source>Automatic (as in the settings)</source>
        <translation>自动（同设置）</translation>
    </message>
    <message>
        <source>Qwen&apos;s advice</source>
        <translation>Qwen 建议</translation>
    </message>
    <message>
        <source>Less repetition</source>
        <translation>减少重复</translation>
    </message>
    <message>
        <source>Own</source>
        <translation>自定义</translation>
    </message>
    <message>
        <source>Follows the application&apos;s settings.</source>
        <translation>跟随应用的设置。</translation>
    </message>
    <message>
        <source>The values that Qwen advises, with and without thinking.</source>
        <translation>Qwen 对思考和不思考两种情形建议的值。</translation>
    </message>
    <message>
        <source>As Qwen advises, with a presence penalty of 1.5 against repetition.</source>
        <translation>同 Qwen 建议，并以 1.5 的存在惩罚减少重复。</translation>
    </message>
    <message>
        <source>What is not automatic below holds here alone.</source>
        <translation>下方未设为自动的项仅在此处有效。</translation>
    </message>
    <message>
        <source>as the context allows</source>
        <translation>由上下文决定</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>不限</translation>
    </message>
</context>
<context>
    <name>ChatSettingsPanel</name>
    <message>
        <source>System prompt</source>
        <translation>系统提示词</translation>
    </message>
    <message>
        <source>Instructions that hold for the whole chat</source>
        <translation>对整个对话有效的指令</translation>
    </message>
    <message>
        <source>Save as persona…</source>
        <translation>另存为角色…</translation>
    </message>
    <message>
        <source>Save as persona</source>
        <translation>另存为角色</translation>
    </message>
    <message>
        <source>All back to automatic</source>
        <translation>全部恢复自动</translation>
    </message>
    <message>
        <source>This chat</source>
        <translation>此对话</translation>
    </message>
    <message>
        <source>Close this chat&apos;s settings</source>
        <translation>关闭此对话的设置</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Persona</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>Manage…</source>
        <translation>管理…</translation>
    </message>
    <message>
        <source>Manage personas and prompts</source>
        <translation>管理角色与提示词</translation>
    </message>
    <message>
        <source>This chat&apos;s settings</source>
        <translation>此对话的设置</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>A deleted persona</source>
        <translation>已删除的角色</translation>
    </message>
    <message>
        <source>It was deleted from the library. This chat keeps what it had set.</source>
        <translation>它已从库中删除。此对话保留其设定。</translation>
    </message>
    <message>
        <source>Changed for this chat. The persona in the library is as it was.</source>
        <translation>已为此对话更改。库中的角色保持不变。</translation>
    </message>
</context>
<context>
    <name>ChatView</name>
    <message>
        <source>Chats</source>
        <translation>对话</translation>
    </message>
</context>
<context>
    <name>ChatWiring</name>
    <message>
        <source>The message was deleted.</source>
        <translation>消息已删除。</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
</context>
<context>
    <name>Chip</name>
    <message>
        <source>Put {name} back into the text</source>
        <translation>将 {name} 放回文本</translation>
    </message>
    <message>
        <source>Put it back into the text</source>
        <translation>放回文本</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>移除 {name}</translation>
    </message>
    <message>
        <source>Remove it</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>reading…</source>
        <translation>正在读取…</translation>
    </message>
</context>
<context>
    <name>CodeView</name>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Code, {language}</source>
        <translation>代码，{language}</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Copy code</source>
        <translation>复制代码</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Commands</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Find a command</source>
        <translation>查找命令</translation>
    </message>
    <message>
        <source>What do you want to do?</source>
        <translation>想做什么？</translation>
    </message>
    <message>
        <source>Commands found</source>
        <translation>找到的命令</translation>
    </message>
    <message>
        <source>No command fits.</source>
        <translation>没有匹配的命令。</translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>Chats</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>View</source>
        <translation>视图</translation>
    </message>
    <message>
        <source>Ponder</source>
        <translation>Ponder</translation>
    </message>
    <message>
        <source> or </source>
        <translation> 或 </translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Temporary chat: nothing is kept</source>
        <translation>临时对话：不保留任何内容</translation>
    </message>
    <message>
        <source>Attach text files</source>
        <translation>附加文本文件</translation>
    </message>
    <message>
        <source>Think</source>
        <translation>思考</translation>
    </message>
    <message>
        <source>Continue this text</source>
        <translation>续写这段文本</translation>
    </message>
    <message>
        <source>Ask anything. It stays on this computer.</source>
        <translation>随便问，内容只留在此电脑上。</translation>
    </message>
    <message>
        <source>Text to be continued</source>
        <translation>待续写的文本</translation>
    </message>
    <message>
        <source>Your question</source>
        <translation>你的提问</translation>
    </message>
    <message>
        <source>This message alone is longer than the context. Shorten it, or take a file away.</source>
        <translation>仅这条消息就已超过上下文长度。请缩短消息或移除文件。</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stop (Esc)</source>
        <translation>停止 (Esc)</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>续写</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>{action} ({keys})</source>
        <translation>{action} ({keys})</translation>
    </message>
    <message>
        <source>Think before answering: on</source>
        <translation>回答前思考：开</translation>
    </message>
    <message>
        <source>Think before answering: off</source>
        <translation>回答前思考：关</translation>
    </message>
    <message>
        <source>The model thinks before it answers</source>
        <translation>模型先思考再回答</translation>
    </message>
    <message>
        <source>The model answers at once</source>
        <translation>模型直接回答</translation>
    </message>
</context>
<context>
    <name>DigitsRow</name>
    <message>
        <source>Automatic ({value})</source>
        <translation>自动（{value}）</translation>
    </message>
    <message>
        <source>From {low} to {high}.</source>
        <translation>范围：{low} 到 {high}。</translation>
    </message>
</context>
<context>
    <name>DownloadChip</name>
    <message>
        <source>{name} {n} %</source>
        <translation>{name} {n}%</translation>
    </message>
    <message>
        <source>{count} downloads {n} %</source>
        <translation>{count} 项下载 {n}%</translation>
    </message>
    <message>
        <source>Downloading: {text}</source>
        <translation>正在下载：{text}</translation>
    </message>
    <message>
        <source>Downloading. Open the models window.</source>
        <translation>正在下载。打开模型窗口。</translation>
    </message>
</context>
<context>
    <name>DownloadPanel</name>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Remove what has arrived</source>
        <translation>删除已下载的部分</translation>
    </message>
    <message>
        <source>{action}: {name}</source>
        <translation>{action}：{name}</translation>
    </message>
</context>
<context>
    <name>EmptyState</name>
    <message>
        <source>{name} could not be loaded. {why}</source>
        <translation>无法加载 {name}。{why}</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Temporary chat: nothing of it is kept.</source>
        <translation>临时对话：不保留任何内容。</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>This is the practice model that comes with Ponder: small, made to try things out, and not an assistant. Nothing you write leaves this computer.</source>
        <translation>这是 Ponder 自带的体验模型：体积小，仅供尝试，并非助手。你写的内容不会离开此电脑。</translation>
    </message>
    <message>
        <source>Write the beginning of a text. The model goes on with it, on this computer.</source>
        <translation>写下文本的开头，模型会在此电脑上续写。</translation>
    </message>
    <message>
        <source>Ask anything. It stays on this computer.</source>
        <translation>随便问，内容只留在此电脑上。</translation>
    </message>
    <message>
        <source>Ask anything. {name} answers on this computer, and nothing leaves it.</source>
        <translation>随便问。{name} 在此电脑上回答，内容不会外传。</translation>
    </message>
</context>
<context>
    <name>EntryFields</name>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>系统提示词</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>Instructions that hold for the whole chat. Type “/” and the name in the message field to use it.</source>
        <translation>对整个对话有效的指令。在消息框中键入“/”和名称即可使用。</translation>
    </message>
    <message>
        <source>Type “/” and the name in the message field to use it. The first {words in braces} are selected there, to be typed over.</source>
        <translation>在消息框中键入“/”和名称即可使用。其中第一处 {花括号中的文字} 会被选中，可直接改写。</translation>
    </message>
</context>
<context>
    <name>EntryList</name>
    <message>
        <source>Personas and prompts</source>
        <translation>角色与提示词</translation>
    </message>
    <message>
        <source>Personas</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>Saved prompts</source>
        <translation>已存提示词</translation>
    </message>
</context>
<context>
    <name>FileChip</name>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Attached file: {name}</source>
        <translation>附件：{name}</translation>
    </message>
</context>
<context>
    <name>FileReader</name>
    <message>
        <source>The text of {name}</source>
        <translation>{name} 的文本</translation>
    </message>
</context>
<context>
    <name>FindBar</name>
    <message>
        <source>Find in this chat</source>
        <translation>在此对话中查找</translation>
    </message>
    <message>
        <source>Previous match</source>
        <translation>上一个匹配</translation>
    </message>
    <message>
        <source>Next match</source>
        <translation>下一个匹配</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>关闭 (Esc)</translation>
    </message>
    <message>
        <source>No matches</source>
        <translation>无匹配</translation>
    </message>
    <message>
        <source>Searching…</source>
        <translation>正在搜索…</translation>
    </message>
    <message>
        <source>{n} of {count}</source>
        <translation>{n}/{count}</translation>
    </message>
</context>
<context>
    <name>FitLine</name>
    <message>
        <source>Does not run on this computer as it is now</source>
        <translation>以此电脑目前的状况无法运行</translation>
    </message>
    <message>
        <source>Checking how it would run here…</source>
        <translation>正在检查在此处的运行情况…</translation>
    </message>
</context>
<context>
    <name>Foot</name>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
</context>
<context>
    <name>ForgottenLine</name>
    <message>
        <source>The model no longer sees what is above</source>
        <translation>模型已看不到以上内容</translation>
    </message>
</context>
<context>
    <name>FoundCard</name>
    <message>
        <source>Model of {program}: {name}</source>
        <translation>{program} 的模型：{name}</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>{action}: {name}</source>
        <translation>{action}：{name}</translation>
    </message>
    <message>
        <source>It cannot be used: {why}</source>
        <translation>无法使用：{why}</translation>
    </message>
    <message>
        <source>It is used where it lies and takes no more room.</source>
        <translation>在原位置使用，不另占空间。</translation>
    </message>
    <message>
        <source>It is converted once, and takes {size} more on the disk.</source>
        <translation>会转换一次，另占 {size} 磁盘空间。</translation>
    </message>
</context>
<context>
    <name>Gauge</name>
    <message>
        <source>Context: {numbers} tokens</source>
        <translation>上下文：{numbers} token</translation>
    </message>
    <message>
        <source>{used} of {context}</source>
        <translation>{used}/{context}</translation>
    </message>
    <message>
        <source>The context is {n} % full. Once it is full, the oldest messages of this chat are left out.</source>
        <translation>上下文已用 {n}%。用满后，此对话中最早的消息将被略去。</translation>
    </message>
    <message>
        <source>The context is full: the oldest messages of this chat will be left out of the next answer.</source>
        <translation>上下文已满：下次回答将略去此对话中最早的消息。</translation>
    </message>
    <message>
        <source>{n} %</source>
        <translation>{n}%</translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message>
        <source>Show the chats</source>
        <translation>显示对话</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>This chat&apos;s settings</source>
        <translation>此对话的设置</translation>
    </message>
</context>
<context>
    <name>HitDelegate</name>
    <message>
        <source>Thought: </source>
        <translation>思考：</translation>
    </message>
</context>
<context>
    <name>HitList</name>
    <message>
        <source>Found chats</source>
        <translation>找到的对话</translation>
    </message>
</context>
<context>
    <name>HitModel</name>
    <message>
        <source>{title}, {when}</source>
        <translation>{title}，{when}</translation>
    </message>
    <message>
        <source>{title}, {when}: {snippet}</source>
        <translation>{title}，{when}：{snippet}</translation>
    </message>
</context>
<context>
    <name>ImportCard</name>
    <message>
        <source>Import: {name}</source>
        <translation>导入：{name}</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>{name} is on this computer now.</source>
        <translation>{name} 已在此电脑上。</translation>
    </message>
    <message>
        <source>Use {name}</source>
        <translation>使用 {name}</translation>
    </message>
</context>
<context>
    <name>ImportPage</name>
    <message>
        <source>Use a model that is on this computer already: a folder with config.json and safetensors weights, or a GGUF file of Qwen3, which is converted once.</source>
        <translation>使用此电脑上已有的模型：含 config.json 和 safetensors 权重的文件夹，或 Qwen3 的 GGUF 文件（会转换一次）。</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>Choose a GGUF file…</source>
        <translation>选择 GGUF 文件…</translation>
    </message>
    <message>
        <source>Copy a folder into Ponder&apos;s own instead of using it where it lies</source>
        <translation>将文件夹复制到 Ponder 的文件夹，而不是在原位置使用</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>重新查找</translation>
    </message>
    <message>
        <source>Models of other programs</source>
        <translation>其他程序的模型</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>正在查找…</translation>
    </message>
    <message>
        <source>LM Studio, Ollama, llama.cpp and the Hugging Face cache</source>
        <translation>LM Studio、Ollama、llama.cpp 和 Hugging Face 缓存</translation>
    </message>
    <message>
        <source>Nothing was found in the folders of {where}.</source>
        <translation>在 {where} 的文件夹中未找到模型。</translation>
    </message>
    <message>
        <source>Found in the folders of {where}.</source>
        <translation>在 {where} 的文件夹中找到。</translation>
    </message>
</context>
<context>
    <name>InlineEditor</name>
    <message>
        <source>Think</source>
        <translation>思考</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Ctrl+Enter</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
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
        <translation>使用中</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>校验</translation>
    </message>
    <message>
        <source>Download again</source>
        <translation>重新下载</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>移除…</translation>
    </message>
    <message>
        <source>Model: {name}</source>
        <translation>模型：{name}</translation>
    </message>
    <message>
        <source>It cannot be opened. {why}</source>
        <translation>无法打开。{why}</translation>
    </message>
    <message>
        <source>A practice model: small, made to try things out, and not an assistant.</source>
        <translation>体验模型：体积小，仅供尝试，并非助手。</translation>
    </message>
    <message>
        <source>A base model: it continues text and was not taught to answer questions.</source>
        <translation>基础模型：用于续写文本，未经问答训练。</translation>
    </message>
    <message>
        <source>It is in use. Use another model first.</source>
        <translation>正在使用中，请先换用其他模型。</translation>
    </message>
    <message>
        <source>Remove {name} from Ponder? Its files stay where they are, in {folder}; only the link goes.</source>
        <translation>从 Ponder 中移除 {name}？其文件仍保留在 {folder}，只移除链接。</translation>
    </message>
    <message>
        <source>Remove {name} from this computer? That frees {size} and cannot be undone.</source>
        <translation>从此电脑移除 {name}？将释放 {size}，且无法撤销。</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>{action}: {name}</source>
        <translation>{action}：{name}</translation>
    </message>
</context>
<context>
    <name>JobLine</name>
    <message>
        <source>Progress: {name}</source>
        <translation>进度：{name}</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>{action}: {name}</source>
        <translation>{action}：{name}</translation>
    </message>
</context>
<context>
    <name>KeptLine</name>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Delete what is kept of long chats</source>
        <translation>删除为长对话保留的内容</translation>
    </message>
    <message>
        <source>Nothing is kept on the disk now.</source>
        <translation>磁盘上目前没有保留任何内容。</translation>
    </message>
    <message>
        <source>Takes {size} of the disk now.</source>
        <translation>目前占用磁盘 {size}。</translation>
    </message>
    <message>
        <source>Some of it could not be deleted. Close what uses it and try again.</source>
        <translation>其中一部分无法删除。请关闭正在使用它的程序，然后重试。</translation>
    </message>
</context>
<context>
    <name>KeyField</name>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Press the keys…</source>
        <translation>请按下快捷键…</translation>
    </message>
    <message>
        <source>{command}: press the new keys</source>
        <translation>{command}：请按下新的快捷键</translation>
    </message>
    <message>
        <source>{command}: {keys}</source>
        <translation>{command}：{keys}</translation>
    </message>
</context>
<context>
    <name>KeyRow</name>
    <message>
        <source>Back to its own keys</source>
        <translation>恢复默认快捷键</translation>
    </message>
    <message>
        <source>{command}: back to its own keys</source>
        <translation>{command}：恢复默认快捷键</translation>
    </message>
    <message>
        <source>{keys} belongs to “{command}”. Nothing was changed.</source>
        <translation>{keys} 已用于“{command}”，未作更改。</translation>
    </message>
    <message>
        <source>These keys are for writing. Press them together with Ctrl or Alt.</source>
        <translation>这些按键用于输入文字，请与 Ctrl 或 Alt 一起按。</translation>
    </message>
    <message>
        <source>Text fields need these keys, for copying and the like. Press others.</source>
        <translation>文本框需要这些按键来复制等，请换用其他按键。</translation>
    </message>
    <message>
        <source>{keys} belongs to “{command}” now. Give that one other keys first.</source>
        <translation>{keys} 现已用于“{command}”，请先为它换用其他快捷键。</translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>Send the message</source>
        <translation>发送消息</translation>
    </message>
    <message>
        <source>New line in the message</source>
        <translation>在消息中换行</translation>
    </message>
    <message>
        <source>Bring back the last message, in an empty field</source>
        <translation>输入框为空时，取回上一条消息</translation>
    </message>
    <message>
        <source>Other versions of the marked message</source>
        <translation>切换所选消息的版本</translation>
    </message>
    <message>
        <source>Stop the answer, or close what is open</source>
        <translation>停止回答，或关闭打开的内容</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Writing and reading</source>
        <translation>书写与阅读</translation>
    </message>
</context>
<context>
    <name>KeysPage</name>
    <message>
        <source>Back to the defaults</source>
        <translation>恢复默认</translation>
    </message>
    <message>
        <source>Keys: back to the defaults</source>
        <translation>快捷键：恢复默认</translation>
    </message>
</context>
<context>
    <name>LibraryDialog</name>
    <message>
        <source>Personas and prompts</source>
        <translation>角色与提示词</translation>
    </message>
    <message>
        <source>New persona</source>
        <translation>新建角色</translation>
    </message>
    <message>
        <source>New prompt</source>
        <translation>新建提示词</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>创建副本</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>导入…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>A persona is a way to answer. A saved prompt is a text to ask with. Make one, or import some.</source>
        <translation>角色决定回答的方式，已存提示词是提问用的文本。可新建或导入。</translation>
    </message>
    <message>
        <source>{name} (copy)</source>
        <translation>{name}（副本）</translation>
    </message>
    <message>
        <source>“{name}” was deleted.</source>
        <translation>“{name}”已删除。</translation>
    </message>
    <message>
        <source>Import personas and prompts</source>
        <translation>导入角色与提示词</translation>
    </message>
    <message>
        <source>Export personas and prompts</source>
        <translation>导出角色与提示词</translation>
    </message>
    <message>
        <source>JSON files (*.json)</source>
        <translation>JSON 文件 (*.json)</translation>
    </message>
    <message>
        <source>Nothing was imported. {why}</source>
        <translation>未导入任何内容。{why}</translation>
    </message>
    <message numerus="yes">
        <source>%Ln added.</source>
        <translation>
            <numerusform>已添加 %Ln 项。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln were here already.</source>
        <translation>
            <numerusform>%Ln 项已存在。</numerusform>
        </translation>
    </message>
    <message>
        <source>Everything was written to {name}.</source>
        <translation>已全部写入 {name}。</translation>
    </message>
    <message>
        <source>{error} Until it is saved, the change is kept in memory only.</source>
        <translation>{error} 保存之前，更改只留在内存中。</translation>
    </message>
</context>
<context>
    <name>LicenceDialog</name>
    <message>
        <source>Licence of {package}</source>
        <translation>{package} 的许可证</translation>
    </message>
</context>
<context>
    <name>LinkQuestion</name>
    <message>
        <source>Open this link?</source>
        <translation>打开此链接？</translation>
    </message>
    <message>
        <source>This link is not opened</source>
        <translation>不会打开此链接</translation>
    </message>
    <message>
        <source>Where the link leads</source>
        <translation>链接指向</translation>
    </message>
    <message>
        <source>Copy address</source>
        <translation>复制地址</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Only web and mail addresses are opened from a chat.</source>
        <translation>对话中只能打开网页和邮件地址。</translation>
    </message>
    <message>
        <source>Look twice: what the text shows may pass for another address.</source>
        <translation>请仔细核对：显示的文字可能冒充另一个地址。</translation>
    </message>
    <message>
        <source>It opens in your browser or mail program, outside of Ponder.</source>
        <translation>将在 Ponder 之外，用浏览器或邮件程序打开。</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>What you wrote last is not saved yet, and is lost when Ponder closes now.</source>
        <translation>你最后写的内容尚未保存，现在关闭 Ponder 将会丢失。</translation>
    </message>
    <message>
        <source>Close anyway</source>
        <translation>仍要关闭</translation>
    </message>
</context>
<context>
    <name>MemoryBar</name>
    <message>
        <source>Memory: {parts}</source>
        <translation>内存：{parts}</translation>
    </message>
</context>
<context>
    <name>Models</name>
    <message>
        <source>Choose a model&apos;s folder: the one with config.json</source>
        <translation>选择模型文件夹（含 config.json）</translation>
    </message>
    <message>
        <source>Choose a GGUF file</source>
        <translation>选择 GGUF 文件</translation>
    </message>
    <message>
        <source>GGUF files</source>
        <translation>GGUF 文件</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>所有文件</translation>
    </message>
    <message>
        <source>{n} MB</source>
        <translation>{n} MB</translation>
    </message>
    <message>
        <source>{n} GB</source>
        <translation>{n} GB</translation>
    </message>
    <message>
        <source>{n} million parameters</source>
        <translation>{n}M 参数</translation>
    </message>
    <message>
        <source>{n} billion parameters</source>
        <translation>{n}B 参数</translation>
    </message>
    <message>
        <source>{format} file</source>
        <translation>{format} 文件</translation>
    </message>
    <message>
        <source>Comes with Ponder</source>
        <translation>Ponder 自带</translation>
    </message>
    <message>
        <source>Downloaded and verified</source>
        <translation>已下载并校验</translation>
    </message>
    <message>
        <source>In the Hugging Face cache, used where it lies</source>
        <translation>位于 Hugging Face 缓存，在原位置使用</translation>
    </message>
    <message>
        <source>Used where it lies: {folder}</source>
        <translation>在原位置使用：{folder}</translation>
    </message>
    <message>
        <source>Imported from {source}</source>
        <translation>从 {source} 导入</translation>
    </message>
    <message>
        <source>In Ponder&apos;s models folder</source>
        <translation>位于 Ponder 的模型文件夹</translation>
    </message>
    <message>
        <source>Runs in {precision} on the {device}, with {n} tokens of context</source>
        <translation>以 {precision} 在 {device} 上运行，上下文 {n} token</translation>
    </message>
    <message>
        <source>{name} runs in {precision} on the {device}, with {n} tokens of context</source>
        <translation>{name} 以 {precision} 在 {device} 上运行，上下文 {n} token</translation>
    </message>
    <message>
        <source>about {size}</source>
        <translation>约 {size}</translation>
    </message>
    <message>
        <source>{n} tokens of context</source>
        <translation>上下文 {n} token</translation>
    </message>
    <message>
        <source>{trained}, {n} with YaRN</source>
        <translation>{trained}，使用 YaRN 时为 {n}</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done}/{total}</translation>
    </message>
    <message>
        <source>{n} kB/s</source>
        <translation>{n} kB/s</translation>
    </message>
    <message>
        <source>{size}/s</source>
        <translation>{size}/s</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>正在启动…</translation>
    </message>
    <message>
        <source>{duration} left</source>
        <translation>剩余时间：{duration}</translation>
    </message>
    <message>
        <source>Waiting: {why}</source>
        <translation>正在等待：{why}</translation>
    </message>
    <message>
        <source>Copying: {amount}</source>
        <translation>正在复制：{amount}</translation>
    </message>
    <message>
        <source>Converting: {amount}</source>
        <translation>正在转换：{amount}</translation>
    </message>
    <message>
        <source>Verifying: {amount}</source>
        <translation>正在校验：{amount}</translation>
    </message>
    <message>
        <source>{size} are kept.</source>
        <translation>已保留 {size}。</translation>
    </message>
    <message>
        <source>{amount} are kept.</source>
        <translation>已保留 {amount}。</translation>
    </message>
    <message>
        <source>The import was stopped. Nothing was kept of it.</source>
        <translation>导入已停止，未保留任何内容。</translation>
    </message>
    <message>
        <source>Verified: every byte is as it was installed.</source>
        <translation>校验通过：每个字节都与安装时一致。</translation>
    </message>
    <message>
        <source>The files have the form that they should have.</source>
        <translation>文件格式正确。</translation>
    </message>
    <message>
        <source>{name} was removed; {size} are free again.</source>
        <translation>已移除 {name}，释放了 {size}。</translation>
    </message>
</context>
<context>
    <name>ModelsWindow</name>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Look at this computer again</source>
        <translation>重新检查此电脑</translation>
    </message>
    <message>
        <source>Look at this computer again, such as after closing other programs</source>
        <translation>重新检查此电脑，例如关闭其他程序后</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>在此电脑上</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Memory calculator</source>
        <translation>内存计算器</translation>
    </message>
    <message>
        <source>Looking at this computer…</source>
        <translation>正在检查此电脑…</translation>
    </message>
    <message>
        <source>{name}: {free} of {total} free</source>
        <translation>{name}：可用 {free}，共 {total}</translation>
    </message>
</context>
<context>
    <name>NameDialog</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>Navigation</name>
    <message>
        <source>Sections of the settings</source>
        <translation>设置分类</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Notice: {text}</source>
        <translation>提示：{text}</translation>
    </message>
</context>
<context>
    <name>Notices</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>OptionalEditor</name>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>{setting}: automatic</source>
        <translation>{setting}：自动</translation>
    </message>
</context>
<context>
    <name>Ponder</name>
    <message>
        <source>a moment</source>
        <translation>不到 1 秒</translation>
    </message>
    <message>
        <source>1 second</source>
        <translation>1 秒</translation>
    </message>
    <message>
        <source>{n} seconds</source>
        <translation>{n} 秒</translation>
    </message>
    <message>
        <source>{m} min {s} s</source>
        <translation>{m} 分 {s} 秒</translation>
    </message>
    <message>
        <source>Thought for {duration}</source>
        <translation>已思考（{duration}）</translation>
    </message>
    <message>
        <source>{n} GB</source>
        <translation>{n} GB</translation>
    </message>
    <message>
        <source>{n} MB</source>
        <translation>{n} MB</translation>
    </message>
    <message>
        <source>{n}-bit</source>
        <translation>{n} 位</translation>
    </message>
    <message>
        <source>1 token</source>
        <translation>1 token</translation>
    </message>
    <message>
        <source>{n} tokens</source>
        <translation>{n} token</translation>
    </message>
    <message>
        <source>{n} tokens/s</source>
        <translation>{n} token/s</translation>
    </message>
    <message>
        <source>first in {n} ms</source>
        <translation>首 token {n} 毫秒</translation>
    </message>
    <message>
        <source>first in {n} s</source>
        <translation>首 token {n} 秒</translation>
    </message>
</context>
<context>
    <name>PrivacyPage</name>
    <message>
        <source>Everything stays on this computer. The model runs here; no question, no answer and no file leaves it. Ponder counts nothing, reports nothing and does not look for updates.</source>
        <translation>一切都留在此电脑上。模型在此运行，提问、回答和文件都不会外传。Ponder 不统计、不上报，也不检查更新。</translation>
    </message>
    <message>
        <source>It connects to the network only when you click a download, and then only fetches the model&apos;s files.</source>
        <translation>只有在你点击下载时才会联网，且只获取模型文件。</translation>
    </message>
    <message>
        <source>What is kept, and where</source>
        <translation>保存的内容与位置</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Your chats, drafts and backups.</source>
        <translation>你的对话、草稿和备份。</translation>
    </message>
    <message>
        <source>Long chats kept ready</source>
        <translation>随时可用的长对话</translation>
    </message>
    <message>
        <source>What the model has read of them, if you turned that on.</source>
        <translation>模型已读取的内容（如果您已启用此功能）。</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>What you chose in this window.</source>
        <translation>你在此窗口中的选择。</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>The models you downloaded or added.</source>
        <translation>你下载或添加的模型。</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>What went wrong, for finding faults; never anything you or the model wrote.</source>
        <translation>出错记录，用于排查故障；绝不含你或模型写的内容。</translation>
    </message>
    <message>
        <source>Start over</source>
        <translation>从头开始</translation>
    </message>
    <message>
        <source>Deletes every chat for good, with those in the archive and the trash, all backups and whatever was set aside. What stood in the file is overwritten. Models and settings stay.</source>
        <translation>永久删除所有对话，包括归档和回收站中的对话、全部备份以及另存的文件。文件中的原有内容会被覆写。模型和设置会保留。</translation>
    </message>
    <message>
        <source>Delete all chats for good…</source>
        <translation>永久删除所有对话…</translation>
    </message>
    <message>
        <source>Delete all chats for good</source>
        <translation>永久删除所有对话</translation>
    </message>
    <message>
        <source>Every chat and every backup is deleted for good. Nothing can bring them back.</source>
        <translation>所有对话和备份都将永久删除，无法恢复。</translation>
    </message>
    <message>
        <source>Delete all chats</source>
        <translation>删除所有对话</translation>
    </message>
</context>
<context>
    <name>Question</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>QuestionView</name>
    <message>
        <source>You said</source>
        <translation>你说</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Delete this and what follows</source>
        <translation>删除此条及之后的内容</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Edit your message</source>
        <translation>编辑消息</translation>
    </message>
    <message>
        <source>Save and ask</source>
        <translation>保存并提问</translation>
    </message>
</context>
<context>
    <name>RecoveryDialog</name>
    <message>
        <source>Damaged chats</source>
        <translation>对话已损坏</translation>
    </message>
    <message>
        <source>The file that holds your chats is damaged.</source>
        <translation>保存对话的文件已损坏。</translation>
    </message>
    <message>
        <source>Use what could be read</source>
        <translation>使用可读取的内容</translation>
    </message>
    <message>
        <source>Restore the backup</source>
        <translation>恢复备份</translation>
    </message>
    <message>
        <source>Start empty</source>
        <translation>从空白开始</translation>
    </message>
</context>
<context>
    <name>Remark</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>RemarkView</name>
    <message>
        <source>Tool result</source>
        <translation>工具结果</translation>
    </message>
    <message>
        <source>Instruction</source>
        <translation>指令</translation>
    </message>
</context>
<context>
    <name>ResultsPage</name>
    <message>
        <source>Settings found</source>
        <translation>找到的设置</translation>
    </message>
    <message>
        <source>No setting fits “{query}”.</source>
        <translation>没有与“{query}”匹配的设置。</translation>
    </message>
</context>
<context>
    <name>Row</name>
    <message>
        <source>Back to automatic</source>
        <translation>恢复自动</translation>
    </message>
    <message>
        <source>{name}: back to automatic</source>
        <translation>{name}：恢复自动</translation>
    </message>
</context>
<context>
    <name>SamplingPage</name>
    <message>
        <source>Qwen&apos;s advice</source>
        <translation>Qwen 建议</translation>
    </message>
    <message>
        <source>Sample as Qwen advises</source>
        <translation>按 Qwen 建议采样</translation>
    </message>
    <message>
        <source>Leaves everything on automatic</source>
        <translation>全部保持自动</translation>
    </message>
    <message>
        <source>Less repetition</source>
        <translation>减少重复</translation>
    </message>
    <message>
        <source>Sample with less repetition</source>
        <translation>采样时减少重复</translation>
    </message>
    <message>
        <source>As Qwen advises, and words written already become less likely</source>
        <translation>同 Qwen 建议，并降低已写出的词再次出现的可能性</translation>
    </message>
</context>
<context>
    <name>ScopeChoice</name>
    <message>
        <source>Everything</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>搜索全部</translation>
    </message>
    <message>
        <source>Search in the folder {name}</source>
        <translation>在文件夹 {name} 中搜索</translation>
    </message>
</context>
<context>
    <name>ScoreTable</name>
    <message>
        <source>Benchmarks of {name}</source>
        <translation>{name} 的基准测试</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>得分</translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation>思考</translation>
    </message>
    <message>
        <source>Direct</source>
        <translation>直接回答</translation>
    </message>
    <message>
        <source>Qwen3 Technical Report (arXiv:2505.09388). A figure compares only with others of its row.</source>
        <translation>Qwen3 Technical Report (arXiv:2505.09388)。数值只能在同一行内比较。</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>搜索对话</translation>
    </message>
    <message>
        <source>Up and Down go through what was found, Enter opens it.</source>
        <translation>按上下方向键浏览结果，按 Enter 打开。</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>清除搜索</translation>
    </message>
</context>
<context>
    <name>SectionPage</name>
    <message>
        <source>Back to the defaults</source>
        <translation>恢复默认</translation>
    </message>
    <message>
        <source>{section}: back to the defaults</source>
        <translation>{section}：恢复默认</translation>
    </message>
</context>
<context>
    <name>SettingRow</name>
    <message>
        <source>Back to the default</source>
        <translation>恢复默认</translation>
    </message>
    <message>
        <source>{setting}: back to the default</source>
        <translation>{setting}：恢复默认</translation>
    </message>
    <message>
        <source>“{value}” is not possible here. Nothing was changed.</source>
        <translation>此处不能使用“{value}”，未作更改。</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>General</source>
        <translation>通用</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation>思考</translation>
    </message>
    <message>
        <source>Sampling</source>
        <translation>采样</translation>
    </message>
    <message>
        <source>Quantisation and device</source>
        <translation>量化与设备</translation>
    </message>
    <message>
        <source>Storage and backups</source>
        <translation>存储与备份</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>隐私</translation>
    </message>
    <message>
        <source>About</source>
        <translation>关于</translation>
    </message>
    <message>
        <source>At every word the model weighs all the words that could come next. These settings say how many of them stay in the draw, and how freely it draws. Left on automatic they are as Qwen advises, which is best for nearly everything.</source>
        <translation>每写一个词，模型都会权衡所有可能的下一个词。这些设置决定保留多少候选词，以及抽取的自由程度。保持自动即采用 Qwen 建议的值，几乎适合所有情况。</translation>
    </message>
    <message>
        <source>How the model is kept in memory and what computes. Left on automatic, Ponder takes the best that fits this computer and says what it took.</source>
        <translation>模型在内存中的存放方式和用来计算的设备。保持自动时，Ponder 会选用此电脑能容纳的最佳方案，并说明所选。</translation>
    </message>
    <message>
        <source>Choose a command&apos;s keys, then press the new ones. Esc leaves them as they are, Backspace takes them away.</source>
        <translation>点选命令的快捷键，再按下新的快捷键。Esc 保持不变，Backspace 清除。</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>What computes. Automatic takes a graphics card where there is one. Loads the model again.</source>
        <translation>用来计算的设备。自动：有显卡时使用显卡。会重新加载模型。</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>精度</translation>
    </message>
    <message>
        <source>The number format of the weights. Automatic takes 16-bit where it fits. Loads the model again.</source>
        <translation>权重的数值格式。自动：放得下时使用 16 位。会重新加载模型。</translation>
    </message>
    <message>
        <source>KV cache</source>
        <translation>KV 缓存</translation>
    </message>
    <message>
        <source>Bits per cached key and value. 8 halves the memory a long chat takes. Loads the model again.</source>
        <translation>缓存中每个键和值的位数。8 位可使长对话占用的内存减半。会重新加载模型。</translation>
    </message>
    <message>
        <source>Think first</source>
        <translation>先思考</translation>
    </message>
    <message>
        <source>Whether the model thinks before it answers, unless a message says /think or /no_think.</source>
        <translation>模型是否先思考再回答，除非消息中写有 /think 或 /no_think。</translation>
    </message>
    <message>
        <source>Thinking budget</source>
        <translation>思考预算</translation>
    </message>
    <message>
        <source>After so many tokens of thinking the answer begins. Automatic: no limit.</source>
        <translation>思考达到这么多 token 后开始回答。自动：不限。</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>上下文</translation>
    </message>
    <message>
        <source>How many tokens question, history and answer may have together. Automatic: what model and memory allow. Loads the model again.</source>
        <translation>提问、历史和回答合计可用的 token 数。自动：由模型和内存决定。会重新加载模型。</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Light or dark colours, or as the system says.</source>
        <translation>浅色、深色或跟随系统。</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>缩放</translation>
    </message>
    <message>
        <source>The size of everything in the window.</source>
        <translation>窗口中所有内容的大小。</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>The language of the window. Takes effect at the next start.</source>
        <translation>窗口的语言。下次启动时生效。</translation>
    </message>
    <message>
        <source>Send with</source>
        <translation>发送键</translation>
    </message>
    <message>
        <source>What sends a message; Shift+Enter always makes a new line.</source>
        <translation>用来发送消息的按键；Shift+Enter 总是换行。</translation>
    </message>
    <message>
        <source>Facts under answers</source>
        <translation>回答下方的数据</translation>
    </message>
    <message>
        <source>Tokens, speed and time to the first token under every answer.</source>
        <translation>在每个回答下方显示 token 数、速度和首 token 用时。</translation>
    </message>
    <message>
        <source>Stay in the tray</source>
        <translation>留在托盘</translation>
    </message>
    <message>
        <source>Closing the window leaves Ponder running in the system tray.</source>
        <translation>关闭窗口后，Ponder 继续在系统托盘中运行。</translation>
    </message>
    <message>
        <source>Keep thoughts open</source>
        <translation>保持思考过程展开</translation>
    </message>
    <message>
        <source>Thoughts stay unfolded when the answer begins.</source>
        <translation>开始回答后，思考过程仍保持展开。</translation>
    </message>
    <message>
        <source>Refine titles</source>
        <translation>优化标题</translation>
    </message>
    <message>
        <source>A chat is named after its first question at once; an idle model may find a better name.</source>
        <translation>对话先以第一个提问命名；模型空闲时可另取更好的名称。</translation>
    </message>
    <message>
        <source>Free the memory after</source>
        <translation>多久后释放内存</translation>
    </message>
    <message>
        <source>So many minutes without a question, and the model leaves the memory. 0: never.</source>
        <translation>这么多分钟没有提问后，将模型移出内存。0：从不。</translation>
    </message>
    <message>
        <source>Less repetition</source>
        <translation>减少重复</translation>
    </message>
    <message>
        <source>A presence penalty of 1.5, as Qwen advises for quantised weights that repeat themselves.</source>
        <translation>使用 1.5 的存在惩罚，这是 Qwen 针对量化权重出现重复时的建议。</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>How freely words are chosen; 0 takes the likeliest. Automatic: 0.6 when it thinks, else 0.7.</source>
        <translation>选词的自由程度；0 取可能性最大的词。自动：思考时 0.6，否则 0.7。</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Only the likeliest words, together this probable. Automatic: 0.95 when it thinks, else 0.8.</source>
        <translation>只用可能性最大、累计达到此概率的词。自动：思考时 0.95，否则 0.8。</translation>
    </message>
    <message>
        <source>Top-k</source>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>Only so many of the likeliest words; 0 is no limit. Automatic: 20.</source>
        <translation>只用可能性最大的这么多个词；0 表示不限。自动：20。</translation>
    </message>
    <message>
        <source>Min-p</source>
        <translation>Min-p</translation>
    </message>
    <message>
        <source>Only words at least this likely, compared with the likeliest one. Automatic: 0.</source>
        <translation>只用可能性与最高者相比不低于此比例的词。自动：0。</translation>
    </message>
    <message>
        <source>Presence penalty</source>
        <translation>存在惩罚</translation>
    </message>
    <message>
        <source>Makes words that were written already less likely. Automatic: 0, or 1.5 for 4-bit weights.</source>
        <translation>降低已写出的词再次出现的可能性。自动：0；4 位权重为 1.5。</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>最长回答</translation>
    </message>
    <message>
        <source>In tokens, thoughts included. Automatic: as long as the context allows.</source>
        <translation>以 token 计，含思考过程。自动：由上下文决定。</translation>
    </message>
    <message>
        <source>Search thoughts</source>
        <translation>搜索思考过程</translation>
    </message>
    <message>
        <source>Whether the search looks into thoughts too.</source>
        <translation>搜索时是否也查找思考过程。</translation>
    </message>
    <message>
        <source>Empty the trash after</source>
        <translation>多久后清空回收站</translation>
    </message>
    <message>
        <source>Chats in the trash are removed for good after so many days. 0: never.</source>
        <translation>回收站中的对话在这么多天后永久删除。0：从不。</translation>
    </message>
    <message>
        <source>Back up every</source>
        <translation>备份间隔</translation>
    </message>
    <message>
        <source>Hours between two backups of the chats, when there is something new. 0: never.</source>
        <translation>有新内容时，两次对话备份之间的小时数。0：从不。</translation>
    </message>
    <message>
        <source>Keep long chats ready</source>
        <translation>让长对话随时可用</translation>
    </message>
    <message>
        <source>So much of the disk may hold what the model has read of long chats: after a restart they go on at once. It tells what the chats say, and is deleted with them. 0: nothing is kept.</source>
        <translation>模型已读取的长对话内容可占用的磁盘空间：重启后可立即继续。这些内容会透露对话所说的话，并随对话一起删除。0：不保留任何内容。</translation>
    </message>
    <message>
        <source>Keys that were chosen for a command, by the command&apos;s name.</source>
        <translation>为各命令选定的快捷键，按命令名称排列。</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Ctrl+Enter</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>16-bit (BF16)</source>
        <translation>16 位 (BF16)</translation>
    </message>
    <message>
        <source>16-bit (FP16)</source>
        <translation>16 位 (FP16)</translation>
    </message>
    <message>
        <source>32-bit (FP32)</source>
        <translation>32 位 (FP32)</translation>
    </message>
    <message>
        <source>8-bit (INT8)</source>
        <translation>8 位 (INT8)</translation>
    </message>
    <message>
        <source>4-bit (NF4), less quality</source>
        <translation>4 位 (NF4)，质量较低</translation>
    </message>
    <message>
        <source>16-bit</source>
        <translation>16 位</translation>
    </message>
    <message>
        <source>8-bit</source>
        <translation>8 位</translation>
    </message>
    <message>
        <source>Processor (CPU)</source>
        <translation>处理器 (CPU)</translation>
    </message>
    <message>
        <source>NVIDIA graphics card (CUDA)</source>
        <translation>NVIDIA 显卡 (CUDA)</translation>
    </message>
    <message>
        <source>Apple graphics (MPS)</source>
        <translation>Apple 图形处理器 (MPS)</translation>
    </message>
    <message>
        <source>NVIDIA graphics card {number} (CUDA)</source>
        <translation>NVIDIA 显卡 {number} (CUDA)</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>token</translation>
    </message>
    <message>
        <source>minutes</source>
        <translation>分钟</translation>
    </message>
    <message>
        <source>hours</source>
        <translation>小时</translation>
    </message>
    <message>
        <source>days</source>
        <translation>天</translation>
    </message>
    <message>
        <source>GB</source>
        <translation>GB</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>从不</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>{n} %</source>
        <translation>{n}%</translation>
    </message>
    <message>
        <source>At 4 bits small models lose noticeably in quality: they make more mistakes and repeat themselves more. Choose it only where nothing else fits the memory.</source>
        <translation>使用 4 位时，小模型的质量会明显下降：错误更多，也更容易重复。仅在内存放不下其他精度时选用。</translation>
    </message>
</context>
<context>
    <name>SettingsWindow</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Search the settings</source>
        <translation>搜索设置</translation>
    </message>
    <message>
        <source>Search settings</source>
        <translation>搜索设置</translation>
    </message>
    <message>
        <source>Section of the settings</source>
        <translation>设置分类</translation>
    </message>
</context>
<context>
    <name>ShelfHead</name>
    <message>
        <source>Empty</source>
        <translation>清空</translation>
    </message>
    <message>
        <source>Empty the trash</source>
        <translation>清空回收站</translation>
    </message>
    <message>
        <source>{shelf}: back to the chats</source>
        <translation>{shelf}：返回对话列表</translation>
    </message>
    <message>
        <source>Back to the chats</source>
        <translation>返回对话列表</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Sidebar</source>
        <translation>侧边栏</translation>
    </message>
    <message>
        <source>The search index is damaged; the chats themselves are read without it.</source>
        <translation>搜索索引已损坏；对话本身仍可正常读取。</translation>
    </message>
    <message>
        <source>Repair the search</source>
        <translation>修复搜索</translation>
    </message>
    <message>
        <source>Search again</source>
        <translation>重新搜索</translation>
    </message>
    <message>
        <source>Nothing found for “{query}”.</source>
        <translation>未找到与“{query}”匹配的内容。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>No chats yet. What you ask is kept here, on this computer.</source>
        <translation>还没有对话。你的提问会保存在此电脑上，显示在这里。</translation>
    </message>
    <message>
        <source>Nothing is archived. Archived chats are kept here, out of the way.</source>
        <translation>没有已归档的对话。归档的对话会收在这里。</translation>
    </message>
    <message>
        <source>The trash is empty.</source>
        <translation>回收站是空的。</translation>
    </message>
    <message>
        <source>The search is being repaired…</source>
        <translation>正在修复搜索…</translation>
    </message>
    <message>
        <source>Untitled chat</source>
        <translation>未命名对话</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>已置顶</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>昨天</translation>
    </message>
    <message>
        <source>Previous 7 days</source>
        <translation>过去 7 天</translation>
    </message>
    <message>
        <source>Previous 30 days</source>
        <translation>过去 30 天</translation>
    </message>
    <message>
        <source>{month} {year}</source>
        <translation>{year} 年{month}</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Archived</source>
        <translation>已归档</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>回收站</translation>
    </message>
</context>
<context>
    <name>SlashCommands</name>
    <message>
        <source>The model thinks before it answers this message</source>
        <translation>模型先思考再回答这条消息</translation>
    </message>
    <message>
        <source>The model answers this message at once</source>
        <translation>模型直接回答这条消息</translation>
    </message>
    <message>
        <source>Persona: {prompt}</source>
        <translation>角色：{prompt}</translation>
    </message>
    <message>
        <source>Persona</source>
        <translation>角色</translation>
    </message>
</context>
<context>
    <name>SlashList</name>
    <message>
        <source>Saved prompts and personas</source>
        <translation>已存提示词与角色</translation>
    </message>
</context>
<context>
    <name>SliderRow</name>
    <message>
        <source>Automatic ({value})</source>
        <translation>自动（{value}）</translation>
    </message>
</context>
<context>
    <name>StatusPill</name>
    <message>
        <source>Starting…</source>
        <translation>正在启动…</translation>
    </message>
    <message>
        <source>The engine is starting. You can type and send already.</source>
        <translation>引擎正在启动，现在就可以输入和发送。</translation>
    </message>
    <message>
        <source>Loading… {n} %</source>
        <translation>正在加载… {n}%</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>正在加载…</translation>
    </message>
    <message>
        <source>The model is being loaded. You can type and send already.</source>
        <translation>模型正在加载，现在就可以输入和发送。</translation>
    </message>
    <message>
        <source>practice model</source>
        <translation>体验模型</translation>
    </message>
    <message>
        <source>Context: {n} tokens</source>
        <translation>上下文：{n} token</translation>
    </message>
    <message>
        <source>Not loaded</source>
        <translation>未加载</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>The engine ended unexpectedly. It starts again with your next question.</source>
        <translation>引擎意外终止。下次提问时会重新启动。</translation>
    </message>
    <message>
        <source>Asleep</source>
        <translation>休眠中</translation>
    </message>
    <message>
        <source>The model is not in memory now. It is loaded again with your next question.</source>
        <translation>模型目前不在内存中。下次提问时会重新加载。</translation>
    </message>
    <message>
        <source>Model: {status}</source>
        <translation>模型：{status}</translation>
    </message>
</context>
<context>
    <name>StoppedCard</name>
    <message>
        <source>Download: {name}</source>
        <translation>下载：{name}</translation>
    </message>
    <message>
        <source>A download of {repository}</source>
        <translation>{repository} 的下载</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
</context>
<context>
    <name>StoragePage</name>
    <message>
        <source>Long chats kept ready</source>
        <translation>随时可用的长对话</translation>
    </message>
    <message>
        <source>Backups</source>
        <translation>备份</translation>
    </message>
    <message>
        <source>Where the chats lie</source>
        <translation>对话存放位置</translation>
    </message>
    <message>
        <source>Show folder</source>
        <translation>显示文件夹</translation>
    </message>
    <message>
        <source>Show the folder of the chats</source>
        <translation>显示对话所在的文件夹</translation>
    </message>
    <message>
        <source>Keep them whole</source>
        <translation>维护</translation>
    </message>
    <message>
        <source>Back up now</source>
        <translation>立即备份</translation>
    </message>
    <message>
        <source>Check the chats</source>
        <translation>检查对话</translation>
    </message>
    <message>
        <source>Empty the trash…</source>
        <translation>清空回收站…</translation>
    </message>
    <message>
        <source>All chats in the trash are removed for good. Only a backup could bring them back.</source>
        <translation>回收站中的所有对话都将永久删除，只能从备份恢复。</translation>
    </message>
    <message>
        <source>Empty the trash</source>
        <translation>清空回收站</translation>
    </message>
    <message>
        <source>The backup of {time} takes the place of your chats. The chats of now are set aside in their folder, untouched.</source>
        <translation>{time} 的备份将取代你的对话。现有对话会原样另存在其文件夹中。</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
</context>
<context>
    <name>ThinkingBlock</name>
    <message>
        <source>Answer now</source>
        <translation>立即回答</translation>
    </message>
    <message>
        <source>Stop thinking and answer with what there is</source>
        <translation>停止思考，直接根据已有内容回答</translation>
    </message>
    <message>
        <source>Thoughts</source>
        <translation>思考过程</translation>
    </message>
    <message>
        <source>Thinking… {n} s</source>
        <translation>正在思考… {n} 秒</translation>
    </message>
    <message>
        <source>shown</source>
        <translation>已显示</translation>
    </message>
    <message>
        <source>hidden</source>
        <translation>已隐藏</translation>
    </message>
    <message>
        <source>{heading}, {state}</source>
        <comment>heading: Thought for 6 seconds</comment>
        <translation>{heading}，{state}</translation>
    </message>
</context>
<context>
    <name>TitleField</name>
    <message>
        <source>Name of this chat</source>
        <translation>此对话的名称</translation>
    </message>
    <message>
        <source>Chat: {title}</source>
        <translation>对话：{title}</translation>
    </message>
</context>
<context>
    <name>Toast</name>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>{message} {action} is available.</source>
        <translation>{message} 可用操作：{action}。</translation>
    </message>
</context>
<context>
    <name>TranscriptView</name>
    <message>
        <source>Conversation</source>
        <translation>对话内容</translation>
    </message>
    <message>
        <source>Jump to latest</source>
        <translation>跳到最新</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation>复制为 Markdown</translation>
    </message>
    <message>
        <source>Copy the answer</source>
        <translation>复制回答</translation>
    </message>
    <message>
        <source>Copy the answer as Markdown</source>
        <translation>将回答复制为 Markdown</translation>
    </message>
    <message>
        <source>Copy the message</source>
        <translation>复制消息</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>全选</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Show Ponder</source>
        <translation>显示 Ponder</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
</context>
<context>
    <name>Troubles</name>
    <message>
        <source>Something went wrong inside Ponder. Your chat is still here. What happened is in the log, without anything you wrote.</source>
        <translation>Ponder 内部出错。你的对话仍在。经过已记入日志，不含你写的任何内容。</translation>
    </message>
    <message>
        <source>{error} Until it is saved, what you write is kept in memory only.</source>
        <translation>{error} 保存之前，你写的内容只留在内存中。</translation>
    </message>
    <message>
        <source>See what can be saved</source>
        <translation>查看可挽救的内容</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Load it that way</source>
        <translation>按此方式加载</translation>
    </message>
</context>
<context>
    <name>Upkeep</name>
    <message>
        <source>Making a backup…</source>
        <translation>正在备份…</translation>
    </message>
    <message>
        <source>Checking every text…</source>
        <translation>正在检查每段文本…</translation>
    </message>
    <message>
        <source>Putting the backup in place…</source>
        <translation>正在恢复备份…</translation>
    </message>
    <message>
        <source>Emptying the trash…</source>
        <translation>正在清空回收站…</translation>
    </message>
    <message>
        <source>Deleting all chats…</source>
        <translation>正在删除所有对话…</translation>
    </message>
    <message>
        <source>The backup is made and verified: {content}.</source>
        <translation>备份已完成并通过校验：{content}。</translation>
    </message>
    <message>
        <source>The backup is in place: {content}.</source>
        <translation>备份已恢复：{content}。</translation>
    </message>
    <message>
        <source>The backup is in place: {content}. The chats from before lie untouched in {folder}.</source>
        <translation>备份已恢复：{content}。先前的对话原样保留在 {folder}。</translation>
    </message>
    <message>
        <source>made before an update</source>
        <translation>更新前备份</translation>
    </message>
    <message>
        <source>chats: {chats}, messages: {messages}</source>
        <translation>对话 {chats} 个，消息 {messages} 条</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>Everything is as it was written: {content}.</source>
        <translation>一切完好，与写入时一致：{content}。</translation>
    </message>
    <message>
        <source>Something is wrong. Problems found: {number}.</source>
        <translation>存在问题。发现 {number} 处。</translation>
    </message>
    <message>
        <source>Restore a backup. The damaged file is kept as it is.</source>
        <translation>请恢复备份。损坏的文件会原样保留。</translation>
    </message>
    <message>
        <source>The trash was empty already.</source>
        <translation>回收站已经是空的。</translation>
    </message>
    <message>
        <source>Removed for good: {content}.</source>
        <translation>已永久删除：{content}。</translation>
    </message>
    <message>
        <source>Backups that still hold some of it: {number}. Later ones will not.</source>
        <translation>仍有 {number} 个备份含有其中部分内容，以后的备份不会再有。</translation>
    </message>
    <message>
        <source>Everything is deleted for good: {content}, backups and older files: {copies}.</source>
        <translation>已全部永久删除：{content}，备份和旧文件 {copies} 个。</translation>
    </message>
    <message>
        <source>Files that could not be deleted: {number}. Close what uses them and try again.</source>
        <translation>有 {number} 个文件无法删除。请关闭占用它们的程序后重试。</translation>
    </message>
</context>
<context>
    <name>VersionSwitch</name>
    <message>
        <source>Previous version</source>
        <translation>上一个版本</translation>
    </message>
    <message>
        <source>Next version</source>
        <translation>下一个版本</translation>
    </message>
    <message>
        <source>{n} / {count}</source>
        <translation>{n} / {count}</translation>
    </message>
    <message>
        <source>Version {n} of {count}</source>
        <translation>第 {n} 个版本，共 {count} 个</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Welcome</source>
        <translation>欢迎</translation>
    </message>
    <message>
        <source>Welcome to Ponder</source>
        <translation>欢迎使用 Ponder</translation>
    </message>
    <message>
        <source>Ponder is a chat with a language model that runs on this computer. It works without a network, and what you write never leaves this computer.</source>
        <translation>在 Ponder 中，你可以与运行在此电脑上的语言模型对话。无需联网，你写的内容绝不会离开此电脑。</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>此电脑</translation>
    </message>
    <message>
        <source>Start with the practice model</source>
        <translation>用体验模型开始</translation>
    </message>
    <message>
        <source>Ready at once. A small model, made to try things out, and not an assistant.</source>
        <translation>立即可用。小模型，仅供尝试，并非助手。</translation>
    </message>
    <message>
        <source>{name} is being downloaded. It goes on while you chat, and can be paused at any time.</source>
        <translation>正在下载 {name}。对话时会继续下载，可随时暂停。</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>Choose a GGUF file…</source>
        <translation>选择 GGUF 文件…</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>以后再说</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Or use a model that is on this computer already</source>
        <translation>或使用此电脑上已有的模型</translation>
    </message>
    <message>
        <source>Start with {name}</source>
        <translation>用 {name} 开始</translation>
    </message>
    <message>
        <source>Download {name} ({size})</source>
        <translation>下载 {name} ({size})</translation>
    </message>
    <message>
        <source>This computer: {device}, {free} free</source>
        <translation>此电脑：{device}，可用 {free}</translation>
    </message>
    <message>
        <source>The largest that runs here is {name}, in {precision}. You can download it later.</source>
        <translation>此处能运行的最大模型是 {name}（{precision}）。可以稍后下载。</translation>
    </message>
</context>
<context>
    <name>WindowActions</name>
    <message>
        <source>Copy of {title}</source>
        <translation>{title}（副本）</translation>
    </message>
</context>
<context>
    <name>WindowCommands</name>
    <message>
        <source>New chat</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>New temporary chat</source>
        <translation>新临时对话</translation>
    </message>
    <message>
        <source>Keep this temporary chat</source>
        <translation>保留此临时对话</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>搜索对话</translation>
    </message>
    <message>
        <source>Find in this chat</source>
        <translation>在此对话中查找</translation>
    </message>
    <message>
        <source>Rename this chat</source>
        <translation>重命名此对话</translation>
    </message>
    <message>
        <source>Pin or unpin this chat</source>
        <translation>置顶或取消置顶此对话</translation>
    </message>
    <message>
        <source>Duplicate this chat</source>
        <translation>为此对话创建副本</translation>
    </message>
    <message>
        <source>Archive this chat</source>
        <translation>归档此对话</translation>
    </message>
    <message>
        <source>Delete this chat</source>
        <translation>删除此对话</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>新建文件夹</translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>停止回答</translation>
    </message>
    <message>
        <source>Answer now</source>
        <translation>立即回答</translation>
    </message>
    <message>
        <source>Answer again</source>
        <translation>重新回答</translation>
    </message>
    <message>
        <source>Edit the last question</source>
        <translation>编辑上一个提问</translation>
    </message>
    <message>
        <source>Copy the last answer</source>
        <translation>复制上一个回答</translation>
    </message>
    <message>
        <source>Copy the last code</source>
        <translation>复制上一段代码</translation>
    </message>
    <message>
        <source>Turn thinking on or off</source>
        <translation>开启或关闭思考</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>附加文件</translation>
    </message>
    <message>
        <source>Go to the message field</source>
        <translation>转到消息框</translation>
    </message>
    <message>
        <source>Show or hide the chats</source>
        <translation>显示或隐藏对话</translation>
    </message>
    <message>
        <source>Show or hide this chat&apos;s settings</source>
        <translation>显示或隐藏此对话的设置</translation>
    </message>
    <message>
        <source>Jump to the latest message</source>
        <translation>跳到最新消息</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>Normal size</source>
        <translation>实际大小</translation>
    </message>
    <message>
        <source>Light or dark</source>
        <translation>浅色或深色</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Personas and prompts</source>
        <translation>角色与提示词</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Free the model&apos;s memory</source>
        <translation>释放模型占用的内存</translation>
    </message>
    <message>
        <source>Load the model</source>
        <translation>加载模型</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
</context>
<context>
    <name>_Body</name>
    <message>
        <source>Show more</source>
        <translation>显示更多</translation>
    </message>
    <message>
        <source>Show more thoughts</source>
        <translation>显示更多思考过程</translation>
    </message>
</context>
<context>
    <name>_Dim</name>
    <message>
        <source>Close the sidebar</source>
        <translation>关闭侧边栏</translation>
    </message>
</context>
<context>
    <name>_Grip</name>
    <message>
        <source>Width of the sidebar</source>
        <translation>侧边栏宽度</translation>
    </message>
    <message>
        <source>The left and right arrow keys change it.</source>
        <translation>用左右方向键调整。</translation>
    </message>
</context>
</TS>
