<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ar" sourcelanguage="en">
<context>
    <name>AboutPage</name>
    <message>
        <source>A chat with a language model of your own, on your own computer. Licensed under Apache 2.0.</source>
        <translation>تطبيق للمحادثة مع نموذج لغوي خاص بك، على حاسوبك. مرخّص بموجب رخصة Apache 2.0.</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>الرخصة</translation>
    </message>
    <message>
        <source>Ponder&apos;s licence</source>
        <translation>رخصة Ponder</translation>
    </message>
    <message>
        <source>Qt</source>
        <translation>Qt</translation>
    </message>
    <message>
        <source>The window is made with Qt and PySide6, used under the GNU Lesser General Public License, version 3. Their libraries are separate files beside the program; you may replace them with builds of your own from Qt&apos;s source code.</source>
        <translation>صُنعت النافذة باستخدام Qt وPySide6، بموجب رخصة GNU Lesser General Public License، الإصدار 3. مكتباتهما ملفات منفصلة بجانب البرنامج، ويمكنك أن تستبدل بها ما تبنيه بنفسك من شيفرة Qt المصدرية.</translation>
    </message>
    <message>
        <source>Read the licence</source>
        <translation>قراءة الرخصة</translation>
    </message>
    <message>
        <source>Qt&apos;s source code</source>
        <translation>شيفرة Qt المصدرية</translation>
    </message>
    <message>
        <source>{words}: opens the browser</source>
        <translation>{words}: يفتح المتصفح</translation>
    </message>
    <message>
        <source>Opens {address} in your browser</source>
        <translation>يفتح ⁦{address}⁩ في متصفحك</translation>
    </message>
    <message>
        <source>Made with</source>
        <translation>صُنع باستخدام</translation>
    </message>
    <message>
        <source>This copy of Ponder does not know what it was installed with.</source>
        <translation>لا تعرف هذه النسخة من Ponder المكوّنات التي ثُبّتت معها.</translation>
    </message>
    <message>
        <source>Licence of {package}</source>
        <translation>رخصة ⁨{package}⁩</translation>
    </message>
    <message>
        <source>The package brings no licence text of its own. What it states is shown in the list.</source>
        <translation>لا تتضمّن الحزمة نص رخصة خاصًا بها. ما تذكره معروض في القائمة.</translation>
    </message>
</context>
<context>
    <name>AnswerNotices</name>
    <message>
        <source>Try again</source>
        <translation>إعادة المحاولة</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>متابعة</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>حذف</translation>
    </message>
    <message>
        <source>{n} tokens</source>
        <translation>‏{n} رمزًا</translation>
    </message>
    <message>
        <source>Load with {facts}</source>
        <translation>تحميل: {facts}</translation>
    </message>
    <message>
        <source>The model asked for a tool named “{name}”. There are no tools here, so nothing was run.</source>
        <translation>طلب النموذج أداة باسم «⁨{name}⁩». لا توجد أدوات هنا، فلم يُشغَّل شيء.</translation>
    </message>
    <message>
        <source>The model began to repeat itself and was stopped. What it wrote is kept.</source>
        <translation>بدأ النموذج يكرّر نفسه فأُوقف. ما كتبه محفوظ.</translation>
    </message>
    <message>
        <source>The model began to repeat itself while it was thinking and was stopped. Your question is kept.</source>
        <translation>بدأ النموذج يكرّر نفسه أثناء التفكير فأُوقف. سؤالك محفوظ.</translation>
    </message>
    <message>
        <source>The answer reached the longest length that fits, and may be cut short.</source>
        <translation>بلغت الإجابة أقصى طول متاح، وقد تكون مبتورة.</translation>
    </message>
    <message>
        <source>The thoughts took all the room there was for an answer. Your question is kept.</source>
        <translation>استهلكت الأفكار كل المساحة المتاحة للإجابة. سؤالك محفوظ.</translation>
    </message>
    <message>
        <source>The model ended without an answer. Your question is kept.</source>
        <translation>انتهى النموذج من دون إجابة. سؤالك محفوظ.</translation>
    </message>
    <message>
        <source>The answer could not be finished. Your question is kept.</source>
        <translation>تعذّر إكمال الإجابة. سؤالك محفوظ.</translation>
    </message>
    <message>
        <source>Your question and the text above are kept.</source>
        <translation>سؤالك والنص أعلاه محفوظان.</translation>
    </message>
    <message>
        <source>Your question is kept.</source>
        <translation>سؤالك محفوظ.</translation>
    </message>
</context>
<context>
    <name>AnswerView</name>
    <message>
        <source>Answer</source>
        <translation>الإجابة</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>نسخ</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>إعادة المحاولة</translation>
    </message>
    <message>
        <source>Edit the answer</source>
        <translation>تعديل الإجابة</translation>
    </message>
    <message>
        <source>New chat from here</source>
        <translation>محادثة جديدة من هنا</translation>
    </message>
    <message>
        <source>More</source>
        <translation>المزيد</translation>
    </message>
    <message>
        <source>Reading… {n} %</source>
        <translation>يقرأ… {n}٪</translation>
    </message>
    <message>
        <source>Waiting for the model…</source>
        <translation>بانتظار النموذج…</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>يقرأ…</translation>
    </message>
    <message>
        <source>Answer finished</source>
        <translation>اكتملت الإجابة</translation>
    </message>
    <message>
        <source>Answer ended</source>
        <translation>انتهت الإجابة</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>أُوقفت</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>تم النسخ</translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation>نسخ بصيغة Markdown</translation>
    </message>
    <message>
        <source>Copy with thoughts</source>
        <translation>نسخ مع الأفكار</translation>
    </message>
    <message>
        <source>Try again with thinking</source>
        <translation>إعادة المحاولة مع التفكير</translation>
    </message>
    <message>
        <source>Try again without thinking</source>
        <translation>إعادة المحاولة من دون تفكير</translation>
    </message>
    <message>
        <source>Delete this and what follows</source>
        <translation>حذف هذا وما يليه</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>حفظ</translation>
    </message>
</context>
<context>
    <name>AttachmentStrip</name>
    <message>
        <source>Attached files</source>
        <translation>الملفات المرفقة</translation>
    </message>
    <message>
        <source>At most {n} files go along with one message.</source>
        <translation>يمكن إرفاق {n} ملفًا على الأكثر بالرسالة الواحدة.</translation>
    </message>
    <message>
        <source>What was pasted is larger than {n} MiB. Paste a part of it.</source>
        <translation>النص الملصق أكبر من {n} م.ب، ألصق جزءًا منه.</translation>
    </message>
    <message>
        <source>Pasted text.txt</source>
        <translation>نص ملصق.txt</translation>
    </message>
    <message>
        <source>Pasted text {n}.txt</source>
        <translation>نص ملصق {n}.txt</translation>
    </message>
    <message>
        <source>1 token</source>
        <translation>رمز واحد</translation>
    </message>
    <message numerus="yes">
        <source>%Ln tokens</source>
        <translation>
            <numerusform>لا رموز</numerusform>
            <numerusform>رمز واحد</numerusform>
            <numerusform>رمزان</numerusform>
            <numerusform>%Ln رموز</numerusform>
            <numerusform>%Ln رمزًا</numerusform>
            <numerusform>%Ln رمز</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} is larger than {n} MiB. Attach a part of it.</source>
        <translation>حجم ⁨{name}⁩ أكبر من {n} م.ب، أرفق جزءًا منه.</translation>
    </message>
    <message>
        <source>{name} is not UTF-8 text. Only text files can be attached.</source>
        <translation>الملف ⁨{name}⁩ ليس نصًا بترميز UTF-8. يمكن إرفاق الملفات النصية فقط.</translation>
    </message>
    <message>
        <source>{name} is empty.</source>
        <translation>الملف ⁨{name}⁩ فارغ.</translation>
    </message>
    <message>
        <source>{name} cannot be read. Check that it is a file and that you may open it.</source>
        <translation>تعذّرت قراءة ⁨{name}⁩. تأكّد من أنه ملف ومن أن لديك إذنًا بفتحه.</translation>
    </message>
</context>
<context>
    <name>BackupList</name>
    <message>
        <source>There are no backups yet.</source>
        <translation>لا توجد نسخ احتياطية بعد.</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>استعادة…</translation>
    </message>
    <message>
        <source>Restore the backup of {time}</source>
        <translation>استعادة النسخة الاحتياطية بتاريخ {time}</translation>
    </message>
</context>
<context>
    <name>Bubble</name>
    <message>
        <source>You said</source>
        <translation>رسالتك</translation>
    </message>
    <message>
        <source>Show less</source>
        <translation>عرض أقل</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>عرض الكل</translation>
    </message>
</context>
<context>
    <name>CalculatorPage</name>
    <message>
        <source>Precision of the weights</source>
        <translation>دقة الأوزان</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>السياق</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>هذا الحاسوب</translation>
    </message>
    <message>
        <source>Common graphics cards, with nothing else on them</source>
        <translation>بطاقات رسوم شائعة، لا يشغلها شيء آخر</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>النموذج</translation>
    </message>
    <message>
        <source>Context in tokens</source>
        <translation>السياق بالرموز</translation>
    </message>
    <message>
        <source>{n} tokens</source>
        <translation>{n} رمزًا</translation>
    </message>
    <message>
        <source>{size} of memory in all</source>
        <translation>إجمالي الذاكرة: {size}</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>الأوزان</translation>
    </message>
    <message>
        <source>KV cache</source>
        <translation>ذاكرة KV المؤقتة</translation>
    </message>
    <message>
        <source>Workspace</source>
        <translation>مساحة العمل</translation>
    </message>
    <message>
        <source>Runtime</source>
        <translation>بيئة التشغيل</translation>
    </message>
    <message>
        <source>Fits: {names}</source>
        <translation>كافية: {names}</translation>
    </message>
    <message>
        <source>Too small: {names}</source>
        <translation>غير كافية: {names}</translation>
    </message>
    <message>
        <source>Cannot run it: {names}</source>
        <translation>لا يمكنها تشغيله: {names}</translation>
    </message>
    <message>
        <source>Checking what this computer has…</source>
        <translation>يجري فحص هذا الحاسوب…</translation>
    </message>
    <message>
        <source>{place}: cannot run it</source>
        <translation>⁨{place}⁩: لا يمكنه تشغيله</translation>
    </message>
    <message>
        <source>{place}: fits, {needed} of {free} free</source>
        <translation>⁨{place}⁩: كافٍ، يلزم {needed}، والمتاح {free}</translation>
    </message>
    <message>
        <source>{place}: does not fit, {needed} needed and a margin, {free} free</source>
        <translation>⁨{place}⁩: غير كافٍ، يلزم {needed} مع هامش، والمتاح {free}</translation>
    </message>
</context>
<context>
    <name>CatalogueCard</name>
    <message>
        <source>Model: {name}</source>
        <translation>النموذج: ⁨{name}⁩</translation>
    </message>
    <message>
        <source>Download {size}</source>
        <translation>تنزيل {size}</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>استخدام</translation>
    </message>
    <message>
        <source>Use {name}</source>
        <translation>استخدام ⁨{name}⁩</translation>
    </message>
    <message>
        <source>Benchmarks</source>
        <translation>نتائج الاختبارات</translation>
    </message>
    <message>
        <source>Benchmarks of {name}</source>
        <translation>نتائج اختبارات ⁨{name}⁩</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>على هذا الحاسوب</translation>
    </message>
</context>
<context>
    <name>CataloguePage</name>
    <message>
        <source>Models come from the Hugging Face hub, are verified byte by byte, and stay on this computer. Nothing is fetched before you press Download. A -Base model continues text; for questions, take one without -Base.</source>
        <translation>تأتي النماذج من Hugging Face، ويُتحقَّق منها بايتًا بايتًا، وتبقى على هذا الحاسوب. لا يُجلب شيء قبل أن تضغط «تنزيل». النموذج الذي ينتهي اسمه بـ ⁦-Base⁩ يكمل النصوص؛ ولطرح الأسئلة اختر نموذجًا من دونه.</translation>
    </message>
</context>
<context>
    <name>ChatDeeds</name>
    <message numerus="yes">
        <source>Move %n chats to the trash? They can be restored from there.</source>
        <translation>
            <numerusform>نقل %n محادثة إلى سلة المهملات؟ يمكن استعادتها من هناك.</numerusform>
            <numerusform>نقل محادثة واحدة إلى سلة المهملات؟ يمكن استعادتها من هناك.</numerusform>
            <numerusform>نقل محادثتين إلى سلة المهملات؟ يمكن استعادتهما من هناك.</numerusform>
            <numerusform>نقل %n محادثات إلى سلة المهملات؟ يمكن استعادتها من هناك.</numerusform>
            <numerusform>نقل %n محادثة إلى سلة المهملات؟ يمكن استعادتها من هناك.</numerusform>
            <numerusform>نقل %n محادثة إلى سلة المهملات؟ يمكن استعادتها من هناك.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete %n chats</source>
        <translation>
            <numerusform>حذف %n محادثة</numerusform>
            <numerusform>حذف محادثة واحدة</numerusform>
            <numerusform>حذف محادثتين</numerusform>
            <numerusform>حذف %n محادثات</numerusform>
            <numerusform>حذف %n محادثة</numerusform>
            <numerusform>حذف %n محادثة</numerusform>
        </translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>مجلد جديد</translation>
    </message>
    <message>
        <source>{title} (copy)</source>
        <translation>{title} (نسخة)</translation>
    </message>
    <message>
        <source>Delete “{title}” for good? It goes from the backups too, and nothing brings it back.</source>
        <translation>حذف «⁨{title}⁩» نهائيًا؟ ستُحذف من النسخ الاحتياطية أيضًا، ولن يمكن استعادتها.</translation>
    </message>
    <message numerus="yes">
        <source>Delete %n chats for good? They go from the backups too, and nothing brings them back.</source>
        <translation>
            <numerusform>حذف %n محادثة نهائيًا؟ ستُحذف من النسخ الاحتياطية أيضًا، ولن يمكن استعادتها.</numerusform>
            <numerusform>حذف محادثة واحدة نهائيًا؟ ستُحذف من النسخ الاحتياطية أيضًا، ولن يمكن استعادتها.</numerusform>
            <numerusform>حذف محادثتين نهائيًا؟ ستُحذفان من النسخ الاحتياطية أيضًا، ولن يمكن استعادتهما.</numerusform>
            <numerusform>حذف %n محادثات نهائيًا؟ ستُحذف من النسخ الاحتياطية أيضًا، ولن يمكن استعادتها.</numerusform>
            <numerusform>حذف %n محادثة نهائيًا؟ ستُحذف من النسخ الاحتياطية أيضًا، ولن يمكن استعادتها.</numerusform>
            <numerusform>حذف %n محادثة نهائيًا؟ ستُحذف من النسخ الاحتياطية أيضًا، ولن يمكن استعادتها.</numerusform>
        </translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>حذف نهائي</translation>
    </message>
    <message>
        <source>Delete everything in the trash for good? It goes from the backups too, and nothing brings it back.</source>
        <translation>حذف كل ما في سلة المهملات نهائيًا؟ سيُحذف من النسخ الاحتياطية أيضًا، ولن يمكن استعادته.</translation>
    </message>
    <message>
        <source>Empty the trash</source>
        <translation>إفراغ سلة المهملات</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>تصدير</translation>
    </message>
    <message numerus="yes">
        <source>%n chats</source>
        <translation>
            <numerusform>لا محادثات</numerusform>
            <numerusform>محادثة واحدة</numerusform>
            <numerusform>محادثتان</numerusform>
            <numerusform>%n محادثات</numerusform>
            <numerusform>%n محادثة</numerusform>
            <numerusform>%n محادثة</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>“{title}” is in the trash.</source>
        <translation>نُقلت «⁨{title}⁩» إلى سلة المهملات.</translation>
    </message>
    <message numerus="yes">
        <source>%n chats are in the trash.</source>
        <translation>
            <numerusform>لم تُنقل أي محادثة إلى سلة المهملات.</numerusform>
            <numerusform>نُقلت محادثة واحدة إلى سلة المهملات.</numerusform>
            <numerusform>نُقلت محادثتان إلى سلة المهملات.</numerusform>
            <numerusform>نُقلت %n محادثات إلى سلة المهملات.</numerusform>
            <numerusform>نُقلت %n محادثة إلى سلة المهملات.</numerusform>
            <numerusform>نُقلت %n محادثة إلى سلة المهملات.</numerusform>
        </translation>
    </message>
    <message>
        <source>“{title}” is back.</source>
        <translation>استُعيدت «⁨{title}⁩».</translation>
    </message>
    <message numerus="yes">
        <source>%n chats are back.</source>
        <translation>
            <numerusform>لم تُستعد أي محادثة.</numerusform>
            <numerusform>استُعيدت محادثة واحدة.</numerusform>
            <numerusform>استُعيدت محادثتان.</numerusform>
            <numerusform>استُعيدت %n محادثات.</numerusform>
            <numerusform>استُعيدت %n محادثة.</numerusform>
            <numerusform>استُعيدت %n محادثة.</numerusform>
        </translation>
    </message>
    <message>
        <source>“{title}” is archived.</source>
        <translation>أُرشفت «⁨{title}⁩».</translation>
    </message>
    <message numerus="yes">
        <source>%n chats are archived.</source>
        <translation>
            <numerusform>لم تُؤرشف أي محادثة.</numerusform>
            <numerusform>أُرشفت محادثة واحدة.</numerusform>
            <numerusform>أُرشفت محادثتان.</numerusform>
            <numerusform>أُرشفت %n محادثات.</numerusform>
            <numerusform>أُرشفت %n محادثة.</numerusform>
            <numerusform>أُرشفت %n محادثة.</numerusform>
        </translation>
    </message>
    <message>
        <source>“{title}” is among the chats again.</source>
        <translation>عادت «⁨{title}⁩» إلى قائمة المحادثات.</translation>
    </message>
    <message numerus="yes">
        <source>%n chats are among the chats again.</source>
        <translation>
            <numerusform>لم تعد أي محادثة إلى قائمة المحادثات.</numerusform>
            <numerusform>عادت محادثة واحدة إلى قائمة المحادثات.</numerusform>
            <numerusform>عادت محادثتان إلى قائمة المحادثات.</numerusform>
            <numerusform>عادت %n محادثات إلى قائمة المحادثات.</numerusform>
            <numerusform>عادت %n محادثة إلى قائمة المحادثات.</numerusform>
            <numerusform>عادت %n محادثة إلى قائمة المحادثات.</numerusform>
        </translation>
    </message>
    <message>
        <source>“{title}” was moved.</source>
        <translation>نُقلت «⁨{title}⁩».</translation>
    </message>
    <message numerus="yes">
        <source>%n chats were moved.</source>
        <translation>
            <numerusform>لم تُنقل أي محادثة.</numerusform>
            <numerusform>نُقلت محادثة واحدة.</numerusform>
            <numerusform>نُقلت محادثتان.</numerusform>
            <numerusform>نُقلت %n محادثات.</numerusform>
            <numerusform>نُقلت %n محادثة.</numerusform>
            <numerusform>نُقلت %n محادثة.</numerusform>
        </translation>
    </message>
    <message>
        <source>The folder “{name}” is gone; its chats were kept.</source>
        <translation>حُذف المجلد «⁨{name}⁩»، وبقيت محادثاته.</translation>
    </message>
    <message>
        <source>Exported to {path}.</source>
        <translation>تم التصدير إلى ⁦{path}⁩.</translation>
    </message>
    <message>
        <source>The chat is in the trash.</source>
        <translation>نُقلت المحادثة إلى سلة المهملات.</translation>
    </message>
    <message>
        <source>The chat is back.</source>
        <translation>استُعيدت المحادثة.</translation>
    </message>
    <message>
        <source>The chat is archived.</source>
        <translation>أُرشفت المحادثة.</translation>
    </message>
    <message>
        <source>The chat is among the chats again.</source>
        <translation>عادت المحادثة إلى قائمة المحادثات.</translation>
    </message>
    <message>
        <source>The chat was moved.</source>
        <translation>نُقلت المحادثة.</translation>
    </message>
    <message>
        <source>Deleted for good, but a backup still holds it: {error}</source>
        <translation>تم الحذف نهائيًا، لكن نسخة احتياطية ما زالت تتضمّن المحذوف: ⁨{error}⁩</translation>
    </message>
    <message>
        <source>Deleted for good. Older files that were set aside may still hold some of it.</source>
        <translation>تم الحذف نهائيًا. قد تبقى أجزاء من المحذوف في ملفات أقدم وُضعت جانبًا.</translation>
    </message>
    <message>
        <source>Deleted for good.</source>
        <translation>تم الحذف نهائيًا.</translation>
    </message>
</context>
<context>
    <name>ChatDelegate</name>
    <message>
        <source>More</source>
        <translation>المزيد</translation>
    </message>
    <message>
        <source>New name</source>
        <translation>اسم جديد</translation>
    </message>
</context>
<context>
    <name>ChatMenu</name>
    <message>
        <source>Open</source>
        <translation>فتح</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>استعادة</translation>
    </message>
    <message>
        <source>Delete for good…</source>
        <translation>حذف نهائي…</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>إعادة تسمية</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>تكرار</translation>
    </message>
    <message>
        <source>Bring back from the archive</source>
        <translation>إخراج من الأرشيف</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>أرشفة</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>حذف</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>إلغاء التثبيت</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>تثبيت</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>تحريك لأعلى</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>تحريك لأسفل</translation>
    </message>
    <message>
        <source>Move to folder</source>
        <translation>نقل إلى مجلد</translation>
    </message>
    <message>
        <source>No folder</source>
        <translation>بلا مجلد</translation>
    </message>
    <message>
        <source>New folder…</source>
        <translation>مجلد جديد…</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>تصدير</translation>
    </message>
    <message>
        <source>Markdown…</source>
        <translation>ملف Markdown…</translation>
    </message>
    <message>
        <source>Web page…</source>
        <translation>صفحة ويب…</translation>
    </message>
    <message>
        <source>Plain text…</source>
        <translation>نص عادي…</translation>
    </message>
    <message>
        <source>JSON, with everything…</source>
        <translation>ملف JSON كامل…</translation>
    </message>
    <message>
        <source>Include thoughts</source>
        <translation>تضمين الأفكار</translation>
    </message>
    <message>
        <source>Close folder</source>
        <translation>إغلاق المجلد</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>فتح المجلد</translation>
    </message>
    <message>
        <source>Delete folder, keep its chats</source>
        <translation>حذف المجلد مع إبقاء محادثاته</translation>
    </message>
</context>
<context>
    <name>ChatModel</name>
    <message>
        <source>{title}, pinned</source>
        <translation>⁨{title}⁩، مثبّتة</translation>
    </message>
    <message>
        <source>Folder {name}, open</source>
        <translation>المجلد ⁨{name}⁩، مفتوح</translation>
    </message>
    <message>
        <source>Folder {name}, closed</source>
        <translation>المجلد ⁨{name}⁩، مغلق</translation>
    </message>
</context>
<context>
    <name>ChatSettingsForm</name>
    <message>
        <source>Thinking</source>
        <translation>التفكير</translation>
    </message>
    <message>
        <source>Think first</source>
        <translation>التفكير أولًا</translation>
    </message>
    <message>
        <source>Better answers to hard questions, but later.</source>
        <translation>إجابات أفضل عن الأسئلة الصعبة، لكنها تتأخر.</translation>
    </message>
    <message>
        <source>Thinking budget</source>
        <translation>حد التفكير</translation>
    </message>
    <message>
        <source>Sampling</source>
        <translation>أخذ العينات</translation>
    </message>
    <message>
        <source>How words are chosen</source>
        <translation>طريقة اختيار الكلمات</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>درجة الحرارة</translation>
    </message>
    <message>
        <source>How freely words are chosen. 0 always takes the likeliest word.</source>
        <translation>مدى حرية اختيار الكلمات. القيمة 0 تختار دائمًا الكلمة الأرجح.</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Only the likeliest words that together reach this share are in the draw.</source>
        <translation>يقتصر السحب على أرجح الكلمات التي تبلغ معًا هذه النسبة.</translation>
    </message>
    <message>
        <source>Top-k</source>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>Only so many of the likeliest words are in the draw. 0 is no limit.</source>
        <translation>يقتصر السحب على هذا العدد من أرجح الكلمات. القيمة 0 تعني بلا حد.</translation>
    </message>
    <message>
        <source>Min-p</source>
        <translation>Min-p</translation>
    </message>
    <message>
        <source>Words much less likely than the likeliest one are left out. 0 leaves none out.</source>
        <translation>تُستبعد الكلمات الأقل احتمالًا بكثير من الكلمة الأرجح. القيمة 0 لا تستبعد شيئًا.</translation>
    </message>
    <message>
        <source>Presence penalty</source>
        <translation>عقوبة الحضور</translation>
    </message>
    <message>
        <source>Words of this answer become less likely to come again. High values can mix languages.</source>
        <translation>يقلّ احتمال عودة كلمات هذه الإجابة. قد تؤدي القيم العالية إلى خلط اللغات.</translation>
    </message>
    <message>
        <source>Repetition penalty</source>
        <translation>عقوبة التكرار</translation>
    </message>
    <message>
        <source>The same for everything in the chat, and stronger. 1 is none.</source>
        <translation>مثلها لكل ما في المحادثة، وأقوى. القيمة 1 تعني بلا عقوبة.</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>البذرة</translation>
    </message>
    <message>
        <source>The same seed and question give the same answer.</source>
        <translation>البذرة نفسها مع السؤال نفسه تعطي الإجابة نفسها.</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>الطول</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>أقصى طول للإجابة</translation>
    </message>
    <message>
        <source>In tokens, thoughts included. A token is about three quarters of a word.</source>
        <translation>بالرموز، بما فيها الأفكار. الرمز كلمة أو جزء من كلمة.</translation>
    </message>
    <message>
        <source>Stop texts</source>
        <translation>نصوص التوقف</translation>
    </message>
    <message>
        <source>The answer ends where one of these would begin. One a line.</source>
        <translation>تنتهي الإجابة حيث يبدأ أحد هذه النصوص. نص واحد في كل سطر.</translation>
    </message>
    <message>
        <source>None</source>
        <translation>لا شيء</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>السياق</translation>
    </message>
    <message>
        <source>How many tokens of the chat the model can see. A shorter context takes less memory.</source>
        <translation>عدد رموز المحادثة التي يراها النموذج. السياق الأقصر يستهلك ذاكرة أقل.</translation>
    </message>
    <message>
        <source>another one each time</source>
        <translation>مختلفة كل مرة</translation>
    </message>
    <message>
        <source>on</source>
        <translation>مفعّل</translation>
    </message>
    <message>
        <source>off</source>
        <translation>معطّل</translation>
    </message>
    <message>
        <source>Automatic ({value})</source>
        <translation>تلقائي ({value})</translation>
    </message>
    <message>
        <source>On</source>
        <translation>مفعّل</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>معطّل</translation>
    </message>
    <message>
        <source>Then the answer begins. Less than {n} tokens make answers worse.</source>
        <translation>بعدها تبدأ الإجابة. أقل من {n} رمزًا يجعل الإجابات أسوأ.</translation>
    </message>
    <message>
        <source>After so many tokens of thinking the answer begins. More than {n} are advised.</source>
        <translation>تبدأ الإجابة بعد هذا العدد من رموز التفكير. يُنصح بأكثر من {n}.</translation>
    </message>
    <message>
        <source>Automatic (as in the settings)</source>
        <translation>تلقائي (كما في الإعدادات)</translation>
    </message>
    <message>
        <source>Qwen&apos;s advice</source>
        <translation>توصية Qwen</translation>
    </message>
    <message>
        <source>Less repetition</source>
        <translation>تكرار أقل</translation>
    </message>
    <message>
        <source>Own</source>
        <translation>مخصّص</translation>
    </message>
    <message>
        <source>Follows the application&apos;s settings.</source>
        <translation>يتبع إعدادات التطبيق.</translation>
    </message>
    <message>
        <source>The values that Qwen advises, with and without thinking.</source>
        <translation>القيم التي توصي بها Qwen، مع التفكير ومن دونه.</translation>
    </message>
    <message>
        <source>As Qwen advises, with a presence penalty of 1.5 against repetition.</source>
        <translation>كما توصي Qwen، مع عقوبة حضور قدرها 1.5 للحد من التكرار.</translation>
    </message>
    <message>
        <source>What is not automatic below holds here alone.</source>
        <translation>ما ليس تلقائيًا أدناه يسري على هذه المحادثة وحدها.</translation>
    </message>
    <message>
        <source>as the context allows</source>
        <translation>بقدر ما يسمح السياق</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>تلقائي</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>بلا حد</translation>
    </message>
</context>
<context>
    <name>ChatSettingsPanel</name>
    <message>
        <source>System prompt</source>
        <translation>موجّه النظام</translation>
    </message>
    <message>
        <source>Instructions that hold for the whole chat</source>
        <translation>تعليمات تسري على المحادثة كلها</translation>
    </message>
    <message>
        <source>Save as persona…</source>
        <translation>حفظ كشخصية…</translation>
    </message>
    <message>
        <source>Save as persona</source>
        <translation>حفظ كشخصية</translation>
    </message>
    <message>
        <source>All back to automatic</source>
        <translation>إعادة الكل إلى التلقائي</translation>
    </message>
    <message>
        <source>This chat</source>
        <translation>هذه المحادثة</translation>
    </message>
    <message>
        <source>Close this chat&apos;s settings</source>
        <translation>إغلاق إعدادات هذه المحادثة</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
    <message>
        <source>Persona</source>
        <translation>الشخصية</translation>
    </message>
    <message>
        <source>Manage…</source>
        <translation>إدارة…</translation>
    </message>
    <message>
        <source>Manage personas and prompts</source>
        <translation>إدارة الشخصيات والموجّهات</translation>
    </message>
    <message>
        <source>This chat&apos;s settings</source>
        <translation>إعدادات هذه المحادثة</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>الاسم</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>حفظ</translation>
    </message>
    <message>
        <source>None</source>
        <translation>بلا شخصية</translation>
    </message>
    <message>
        <source>A deleted persona</source>
        <translation>شخصية محذوفة</translation>
    </message>
    <message>
        <source>It was deleted from the library. This chat keeps what it had set.</source>
        <translation>حُذفت من المكتبة. تحتفظ هذه المحادثة بما ضبطته.</translation>
    </message>
    <message>
        <source>Changed for this chat. The persona in the library is as it was.</source>
        <translation>عُدّلت لهذه المحادثة. الشخصية في المكتبة لم تتغيّر.</translation>
    </message>
</context>
<context>
    <name>ChatView</name>
    <message>
        <source>Chats</source>
        <translation>المحادثات</translation>
    </message>
</context>
<context>
    <name>ChatWiring</name>
    <message>
        <source>The message was deleted.</source>
        <translation>حُذفت الرسالة.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
</context>
<context>
    <name>Chip</name>
    <message>
        <source>Put {name} back into the text</source>
        <translation>إعادة ⁨{name}⁩ إلى النص</translation>
    </message>
    <message>
        <source>Put it back into the text</source>
        <translation>إعادته إلى النص</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>إزالة ⁨{name}⁩</translation>
    </message>
    <message>
        <source>Remove it</source>
        <translation>إزالته</translation>
    </message>
    <message>
        <source>reading…</source>
        <translation>تجري قراءته…</translation>
    </message>
</context>
<context>
    <name>CodeView</name>
    <message>
        <source>Copy</source>
        <translation>نسخ</translation>
    </message>
    <message>
        <source>Code, {language}</source>
        <translation>شيفرة، {language}</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>شيفرة</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>تم النسخ</translation>
    </message>
    <message>
        <source>Copy code</source>
        <translation>نسخ الشيفرة</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Commands</source>
        <translation>الأوامر</translation>
    </message>
    <message>
        <source>Find a command</source>
        <translation>البحث عن أمر</translation>
    </message>
    <message>
        <source>What do you want to do?</source>
        <translation>ماذا تريد أن تفعل؟</translation>
    </message>
    <message>
        <source>Commands found</source>
        <translation>الأوامر المطابقة</translation>
    </message>
    <message>
        <source>No command fits.</source>
        <translation>لا يوجد أمر مطابق.</translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>Chats</source>
        <translation>المحادثات</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>الرسائل</translation>
    </message>
    <message>
        <source>View</source>
        <translation>العرض</translation>
    </message>
    <message>
        <source>Ponder</source>
        <translation>Ponder</translation>
    </message>
    <message>
        <source> or </source>
        <translation> أو </translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Temporary chat: nothing is kept</source>
        <translation>محادثة مؤقتة: لا يُحفظ شيء</translation>
    </message>
    <message>
        <source>Attach text files</source>
        <translation>إرفاق ملفات نصية</translation>
    </message>
    <message>
        <source>Think</source>
        <translation>تفكير</translation>
    </message>
    <message>
        <source>Continue this text</source>
        <translation>نص ليكمله النموذج</translation>
    </message>
    <message>
        <source>Ask anything. It stays on this computer.</source>
        <translation>اسأل ما تشاء. يبقى كل شيء على هذا الحاسوب.</translation>
    </message>
    <message>
        <source>Text to be continued</source>
        <translation>النص المراد إكماله</translation>
    </message>
    <message>
        <source>Your question</source>
        <translation>سؤالك</translation>
    </message>
    <message>
        <source>This message alone is longer than the context. Shorten it, or take a file away.</source>
        <translation>هذه الرسالة وحدها أطول من السياق. اختصرها أو أزل ملفًا.</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>إيقاف</translation>
    </message>
    <message>
        <source>Stop (Esc)</source>
        <translation>إيقاف (Esc)</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>متابعة</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>إرسال</translation>
    </message>
    <message>
        <source>{action} ({keys})</source>
        <translation>{action} ({keys})</translation>
    </message>
    <message>
        <source>Think before answering: on</source>
        <translation>التفكير قبل الإجابة: مفعّل</translation>
    </message>
    <message>
        <source>Think before answering: off</source>
        <translation>التفكير قبل الإجابة: معطّل</translation>
    </message>
    <message>
        <source>The model thinks before it answers</source>
        <translation>يفكّر النموذج قبل أن يجيب</translation>
    </message>
    <message>
        <source>The model answers at once</source>
        <translation>يجيب النموذج فورًا</translation>
    </message>
</context>
<context>
    <name>DigitsRow</name>
    <message>
        <source>Automatic ({value})</source>
        <translation>تلقائي ({value})</translation>
    </message>
    <message>
        <source>From {low} to {high}.</source>
        <translation>من {low} إلى {high}.</translation>
    </message>
</context>
<context>
    <name>DownloadChip</name>
    <message>
        <source>{name} {n} %</source>
        <translation>‏⁨{name}⁩: {n}٪</translation>
    </message>
    <message>
        <source>{count} downloads {n} %</source>
        <translation>التنزيلات ({count}): {n}٪</translation>
    </message>
    <message>
        <source>Downloading: {text}</source>
        <translation>جارٍ التنزيل: {text}</translation>
    </message>
    <message>
        <source>Downloading. Open the models window.</source>
        <translation>جارٍ التنزيل. يفتح نافذة النماذج.</translation>
    </message>
</context>
<context>
    <name>DownloadPanel</name>
    <message>
        <source>Resume</source>
        <translation>استئناف</translation>
    </message>
    <message>
        <source>Remove what has arrived</source>
        <translation>إزالة ما نُزّل</translation>
    </message>
    <message>
        <source>{action}: {name}</source>
        <translation>{action}: ⁨{name}⁩</translation>
    </message>
</context>
<context>
    <name>EmptyState</name>
    <message>
        <source>{name} could not be loaded. {why}</source>
        <translation>تعذّر تحميل ⁨{name}⁩. ⁨{why}⁩</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>إعادة المحاولة</translation>
    </message>
    <message>
        <source>Temporary chat: nothing of it is kept.</source>
        <translation>محادثة مؤقتة: لا يُحفظ منها شيء.</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>ملاحظة</translation>
    </message>
    <message>
        <source>This is the practice model that comes with Ponder: small, made to try things out, and not an assistant. Nothing you write leaves this computer.</source>
        <translation>هذا هو النموذج التجريبي المضمّن مع Ponder: صغير ومعدّ للتجربة، وليس مساعدًا. لا شيء مما تكتبه يغادر هذا الحاسوب.</translation>
    </message>
    <message>
        <source>Write the beginning of a text. The model goes on with it, on this computer.</source>
        <translation>اكتب بداية نص، فيكمله النموذج على هذا الحاسوب.</translation>
    </message>
    <message>
        <source>Ask anything. It stays on this computer.</source>
        <translation>اسأل ما تشاء. يبقى كل شيء على هذا الحاسوب.</translation>
    </message>
    <message>
        <source>Ask anything. {name} answers on this computer, and nothing leaves it.</source>
        <translation>اسأل ما تشاء. يجيب ⁨{name}⁩ على هذا الحاسوب، ولا شيء يغادره.</translation>
    </message>
</context>
<context>
    <name>EntryFields</name>
    <message>
        <source>Name</source>
        <translation>الاسم</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>موجّه النظام</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>النص</translation>
    </message>
    <message>
        <source>Instructions that hold for the whole chat. Type “/” and the name in the message field to use it.</source>
        <translation>تعليمات تسري على المحادثة كلها. لاستخدامها اكتب «/» والاسم في حقل الرسالة.</translation>
    </message>
    <message>
        <source>Type “/” and the name in the message field to use it. The first {words in braces} are selected there, to be typed over.</source>
        <translation>لاستخدامه اكتب «/» والاسم في حقل الرسالة. تُحدَّد هناك أول {كلمات بين قوسين} لتكتب فوقها.</translation>
    </message>
</context>
<context>
    <name>EntryList</name>
    <message>
        <source>Personas and prompts</source>
        <translation>الشخصيات والموجّهات</translation>
    </message>
    <message>
        <source>Personas</source>
        <translation>الشخصيات</translation>
    </message>
    <message>
        <source>Saved prompts</source>
        <translation>الموجّهات المحفوظة</translation>
    </message>
</context>
<context>
    <name>FileChip</name>
    <message>
        <source>File</source>
        <translation>ملف</translation>
    </message>
    <message>
        <source>Attached file: {name}</source>
        <translation>ملف مرفق: ⁨{name}⁩</translation>
    </message>
</context>
<context>
    <name>FileReader</name>
    <message>
        <source>The text of {name}</source>
        <translation>نص ⁨{name}⁩</translation>
    </message>
</context>
<context>
    <name>FindBar</name>
    <message>
        <source>Find in this chat</source>
        <translation>البحث في هذه المحادثة</translation>
    </message>
    <message>
        <source>Previous match</source>
        <translation>النتيجة السابقة</translation>
    </message>
    <message>
        <source>Next match</source>
        <translation>النتيجة التالية</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>إغلاق (Esc)</translation>
    </message>
    <message>
        <source>No matches</source>
        <translation>لا نتائج</translation>
    </message>
    <message>
        <source>Searching…</source>
        <translation>جارٍ البحث…</translation>
    </message>
    <message>
        <source>{n} of {count}</source>
        <translation>{n} من {count}</translation>
    </message>
</context>
<context>
    <name>FitLine</name>
    <message>
        <source>Does not run on this computer as it is now</source>
        <translation>لا يعمل على هذا الحاسوب بحالته الراهنة</translation>
    </message>
    <message>
        <source>Checking how it would run here…</source>
        <translation>يجري فحص كيفية عمله هنا…</translation>
    </message>
</context>
<context>
    <name>Foot</name>
    <message>
        <source>Models</source>
        <translation>النماذج</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>الإعدادات</translation>
    </message>
</context>
<context>
    <name>ForgottenLine</name>
    <message>
        <source>The model no longer sees what is above</source>
        <translation>لم يعد النموذج يرى ما هو أعلاه</translation>
    </message>
</context>
<context>
    <name>FoundCard</name>
    <message>
        <source>Model of {program}: {name}</source>
        <translation>نموذج ⁨{program}⁩: ⁨{name}⁩</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>استخدام</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>إضافة</translation>
    </message>
    <message>
        <source>{action}: {name}</source>
        <translation>{action}: ⁨{name}⁩</translation>
    </message>
    <message>
        <source>It cannot be used: {why}</source>
        <translation>لا يمكن استخدامه: ⁨{why}⁩</translation>
    </message>
    <message>
        <source>It is used where it lies and takes no more room.</source>
        <translation>يُستخدم في مكانه ولا يشغل مساحة إضافية.</translation>
    </message>
    <message>
        <source>It is converted once, and takes {size} more on the disk.</source>
        <translation>يُحوَّل مرة واحدة، ويشغل {size} إضافية على القرص.</translation>
    </message>
</context>
<context>
    <name>Gauge</name>
    <message>
        <source>Context: {numbers} tokens</source>
        <translation>السياق: {numbers} رمزًا</translation>
    </message>
    <message>
        <source>{used} of {context}</source>
        <translation>{used} من {context}</translation>
    </message>
    <message>
        <source>The context is {n} % full. Once it is full, the oldest messages of this chat are left out.</source>
        <translation>امتلأ {n}٪ من السياق. حين يمتلئ كله تُستبعد أقدم رسائل هذه المحادثة.</translation>
    </message>
    <message>
        <source>The context is full: the oldest messages of this chat will be left out of the next answer.</source>
        <translation>السياق ممتلئ: ستُستبعد أقدم رسائل هذه المحادثة من الإجابة التالية.</translation>
    </message>
    <message>
        <source>{n} %</source>
        <translation>{n}٪</translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message>
        <source>Show the chats</source>
        <translation>إظهار المحادثات</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>محادثة جديدة</translation>
    </message>
    <message>
        <source>This chat&apos;s settings</source>
        <translation>إعدادات هذه المحادثة</translation>
    </message>
</context>
<context>
    <name>HitDelegate</name>
    <message>
        <source>Thought: </source>
        <translation>فكرة: </translation>
    </message>
</context>
<context>
    <name>HitList</name>
    <message>
        <source>Found chats</source>
        <translation>نتائج البحث في المحادثات</translation>
    </message>
</context>
<context>
    <name>HitModel</name>
    <message>
        <source>{title}, {when}</source>
        <translation>⁨{title}⁩، {when}</translation>
    </message>
    <message>
        <source>{title}, {when}: {snippet}</source>
        <translation>⁨{title}⁩، {when}: ⁨{snippet}⁩</translation>
    </message>
</context>
<context>
    <name>ImportCard</name>
    <message>
        <source>Import: {name}</source>
        <translation>استيراد: ⁨{name}⁩</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>استخدام</translation>
    </message>
    <message>
        <source>{name} is on this computer now.</source>
        <translation>أصبح ⁨{name}⁩ على هذا الحاسوب الآن.</translation>
    </message>
    <message>
        <source>Use {name}</source>
        <translation>استخدام ⁨{name}⁩</translation>
    </message>
</context>
<context>
    <name>ImportPage</name>
    <message>
        <source>Use a model that is on this computer already: a folder with config.json and safetensors weights, or a GGUF file of Qwen3, which is converted once.</source>
        <translation>استخدم نموذجًا موجودًا على هذا الحاسوب: مجلدًا يحتوي على config.json وأوزان safetensors، أو ملف GGUF من Qwen3 يُحوَّل مرة واحدة.</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>اختيار مجلد…</translation>
    </message>
    <message>
        <source>Choose a GGUF file…</source>
        <translation>اختيار ملف GGUF…</translation>
    </message>
    <message>
        <source>Copy a folder into Ponder&apos;s own instead of using it where it lies</source>
        <translation>نسخ المجلد إلى مجلد Ponder بدلًا من استخدامه في مكانه</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>البحث مجددًا</translation>
    </message>
    <message>
        <source>Models of other programs</source>
        <translation>نماذج البرامج الأخرى</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>جارٍ البحث…</translation>
    </message>
    <message>
        <source>LM Studio, Ollama, llama.cpp and the Hugging Face cache</source>
        <translation>LM Studio وOllama وllama.cpp وذاكرة Hugging Face المؤقتة</translation>
    </message>
    <message>
        <source>Nothing was found in the folders of {where}.</source>
        <translation>لم يُعثر على شيء في مجلدات {where}.</translation>
    </message>
    <message>
        <source>Found in the folders of {where}.</source>
        <translation>عُثر عليها في مجلدات {where}.</translation>
    </message>
</context>
<context>
    <name>InlineEditor</name>
    <message>
        <source>Think</source>
        <translation>تفكير</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Ctrl+Enter</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
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
        <translation>قيد الاستخدام</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>استخدام</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>التحقق</translation>
    </message>
    <message>
        <source>Download again</source>
        <translation>إعادة التنزيل</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>إزالة…</translation>
    </message>
    <message>
        <source>Model: {name}</source>
        <translation>النموذج: ⁨{name}⁩</translation>
    </message>
    <message>
        <source>It cannot be opened. {why}</source>
        <translation>تعذّر فتحه. ⁨{why}⁩</translation>
    </message>
    <message>
        <source>A practice model: small, made to try things out, and not an assistant.</source>
        <translation>نموذج تجريبي: صغير ومعدّ للتجربة، وليس مساعدًا.</translation>
    </message>
    <message>
        <source>A base model: it continues text and was not taught to answer questions.</source>
        <translation>نموذج أساسي: يكمل النصوص ولم يُدرَّب على الإجابة عن الأسئلة.</translation>
    </message>
    <message>
        <source>It is in use. Use another model first.</source>
        <translation>قيد الاستخدام. استخدم نموذجًا آخر أولًا.</translation>
    </message>
    <message>
        <source>Remove {name} from Ponder? Its files stay where they are, in {folder}; only the link goes.</source>
        <translation>إزالة ⁨{name}⁩ من Ponder؟ تبقى ملفاته في مكانها، في ⁦{folder}⁩؛ ويُزال الرابط فقط.</translation>
    </message>
    <message>
        <source>Remove {name} from this computer? That frees {size} and cannot be undone.</source>
        <translation>إزالة ⁨{name}⁩ من هذا الحاسوب؟ سيحرّر ذلك {size} ولا يمكن التراجع عنه.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>إزالة</translation>
    </message>
    <message>
        <source>{action}: {name}</source>
        <translation>{action}: ⁨{name}⁩</translation>
    </message>
</context>
<context>
    <name>JobLine</name>
    <message>
        <source>Progress: {name}</source>
        <translation>التقدم: ⁨{name}⁩</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>إيقاف مؤقت</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>{action}: {name}</source>
        <translation>{action}: ⁨{name}⁩</translation>
    </message>
</context>
<context>
    <name>KeptLine</name>
    <message>
        <source>Clear</source>
        <translation>مسح</translation>
    </message>
    <message>
        <source>Delete what is kept of long chats</source>
        <translation>حذف ما هو محفوظ من المحادثات الطويلة</translation>
    </message>
    <message>
        <source>Nothing is kept on the disk now.</source>
        <translation>لا شيء محفوظ على القرص الآن.</translation>
    </message>
    <message>
        <source>Takes {size} of the disk now.</source>
        <translation>يشغل الآن {size} من القرص.</translation>
    </message>
    <message>
        <source>Some of it could not be deleted. Close what uses it and try again.</source>
        <translation>تعذّر حذف بعضه. أغلق ما يستخدمه ثم حاول مجددًا.</translation>
    </message>
</context>
<context>
    <name>KeyField</name>
    <message>
        <source>None</source>
        <translation>لا يوجد</translation>
    </message>
    <message>
        <source>Press the keys…</source>
        <translation>اضغط الاختصار…</translation>
    </message>
    <message>
        <source>{command}: press the new keys</source>
        <translation>{command}: اضغط الاختصار الجديد</translation>
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
        <translation>استعادة الاختصار الأصلي</translation>
    </message>
    <message>
        <source>{command}: back to its own keys</source>
        <translation>{command}: استعادة الاختصار الأصلي</translation>
    </message>
    <message>
        <source>{keys} belongs to “{command}”. Nothing was changed.</source>
        <translation>الاختصار {keys} مخصّص للأمر «{command}». لم يتغيّر شيء.</translation>
    </message>
    <message>
        <source>These keys are for writing. Press them together with Ctrl or Alt.</source>
        <translation>هذه المفاتيح للكتابة. اضغطها مع Ctrl أو Alt.</translation>
    </message>
    <message>
        <source>Text fields need these keys, for copying and the like. Press others.</source>
        <translation>تحتاج حقول النص إلى هذه المفاتيح، للنسخ وما شابه. اضغط غيرها.</translation>
    </message>
    <message>
        <source>{keys} belongs to “{command}” now. Give that one other keys first.</source>
        <translation>الاختصار {keys} مخصّص الآن للأمر «{command}». عيّن لذلك الأمر اختصارًا آخر أولًا.</translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>Send the message</source>
        <translation>إرسال الرسالة</translation>
    </message>
    <message>
        <source>New line in the message</source>
        <translation>سطر جديد في الرسالة</translation>
    </message>
    <message>
        <source>Bring back the last message, in an empty field</source>
        <translation>استرجاع آخر رسالة في حقل فارغ</translation>
    </message>
    <message>
        <source>Other versions of the marked message</source>
        <translation>الصيغ الأخرى للرسالة المحدّدة</translation>
    </message>
    <message>
        <source>Stop the answer, or close what is open</source>
        <translation>إيقاف الإجابة أو إغلاق ما هو مفتوح</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>الاختصارات</translation>
    </message>
    <message>
        <source>Writing and reading</source>
        <translation>الكتابة والقراءة</translation>
    </message>
</context>
<context>
    <name>KeysPage</name>
    <message>
        <source>Back to the defaults</source>
        <translation>استعادة الافتراضي</translation>
    </message>
    <message>
        <source>Keys: back to the defaults</source>
        <translation>الاختصارات: استعادة الافتراضي</translation>
    </message>
</context>
<context>
    <name>LibraryDialog</name>
    <message>
        <source>Personas and prompts</source>
        <translation>الشخصيات والموجّهات</translation>
    </message>
    <message>
        <source>New persona</source>
        <translation>شخصية جديدة</translation>
    </message>
    <message>
        <source>New prompt</source>
        <translation>موجّه جديد</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>تكرار</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>حذف</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>استيراد…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>تصدير…</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>A persona is a way to answer. A saved prompt is a text to ask with. Make one, or import some.</source>
        <translation>الشخصية طريقة للإجابة، والموجّه المحفوظ نص تسأل به. أنشئ ما تريد أو استورده.</translation>
    </message>
    <message>
        <source>{name} (copy)</source>
        <translation>{name} (نسخة)</translation>
    </message>
    <message>
        <source>“{name}” was deleted.</source>
        <translation>تم حذف «⁨{name}⁩».</translation>
    </message>
    <message>
        <source>Import personas and prompts</source>
        <translation>استيراد الشخصيات والموجّهات</translation>
    </message>
    <message>
        <source>Export personas and prompts</source>
        <translation>تصدير الشخصيات والموجّهات</translation>
    </message>
    <message>
        <source>JSON files (*.json)</source>
        <translation>ملفات JSON (*.json)</translation>
    </message>
    <message>
        <source>Nothing was imported. {why}</source>
        <translation>لم يُستورد شيء. ⁨{why}⁩</translation>
    </message>
    <message numerus="yes">
        <source>%Ln added.</source>
        <translation>
            <numerusform>لم يُضف شيء.</numerusform>
            <numerusform>أُضيف عنصر واحد.</numerusform>
            <numerusform>أُضيف عنصران.</numerusform>
            <numerusform>أُضيفت %Ln عناصر.</numerusform>
            <numerusform>أُضيف %Ln عنصرًا.</numerusform>
            <numerusform>أُضيف %Ln عنصر.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln were here already.</source>
        <translation>
            <numerusform>لم يكن أي عنصر موجودًا من قبل.</numerusform>
            <numerusform>كان عنصر واحد موجودًا من قبل.</numerusform>
            <numerusform>كان عنصران موجودين من قبل.</numerusform>
            <numerusform>كانت %Ln عناصر موجودة من قبل.</numerusform>
            <numerusform>كان %Ln عنصرًا موجودًا من قبل.</numerusform>
            <numerusform>كان %Ln عنصر موجودًا من قبل.</numerusform>
        </translation>
    </message>
    <message>
        <source>Everything was written to {name}.</source>
        <translation>كُتب كل شيء في ⁨{name}⁩.</translation>
    </message>
    <message>
        <source>{error} Until it is saved, the change is kept in memory only.</source>
        <translation>⁨{error}⁩ إلى أن يُحفظ، يبقى التغيير في الذاكرة فقط.</translation>
    </message>
</context>
<context>
    <name>LicenceDialog</name>
    <message>
        <source>Licence of {package}</source>
        <translation>رخصة ⁨{package}⁩</translation>
    </message>
</context>
<context>
    <name>LinkQuestion</name>
    <message>
        <source>Open this link?</source>
        <translation>فتح هذا الرابط؟</translation>
    </message>
    <message>
        <source>This link is not opened</source>
        <translation>لا يُفتح هذا الرابط</translation>
    </message>
    <message>
        <source>Where the link leads</source>
        <translation>وجهة الرابط</translation>
    </message>
    <message>
        <source>Copy address</source>
        <translation>نسخ العنوان</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>إغلاق</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>فتح</translation>
    </message>
    <message>
        <source>Only web and mail addresses are opened from a chat.</source>
        <translation>لا تُفتح من المحادثة إلا عناوين الويب والبريد.</translation>
    </message>
    <message>
        <source>Look twice: what the text shows may pass for another address.</source>
        <translation>انتبه: قد يوهم النص الظاهر بعنوان آخر.</translation>
    </message>
    <message>
        <source>It opens in your browser or mail program, outside of Ponder.</source>
        <translation>يُفتح في متصفحك أو برنامج بريدك، خارج Ponder.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>New chat</source>
        <translation>محادثة جديدة</translation>
    </message>
    <message>
        <source>What you wrote last is not saved yet, and is lost when Ponder closes now.</source>
        <translation>ما كتبته أخيرًا لم يُحفظ بعد، وسيضيع إذا أُغلق Ponder الآن.</translation>
    </message>
    <message>
        <source>Close anyway</source>
        <translation>إغلاق على أي حال</translation>
    </message>
</context>
<context>
    <name>MemoryBar</name>
    <message>
        <source>Memory: {parts}</source>
        <translation>الذاكرة: {parts}</translation>
    </message>
</context>
<context>
    <name>Models</name>
    <message>
        <source>Choose a model&apos;s folder: the one with config.json</source>
        <translation>اختيار مجلد النموذج: المجلد الذي يحتوي على config.json</translation>
    </message>
    <message>
        <source>Choose a GGUF file</source>
        <translation>اختيار ملف GGUF</translation>
    </message>
    <message>
        <source>GGUF files</source>
        <translation>ملفات GGUF</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>كل الملفات</translation>
    </message>
    <message>
        <source>{n} MB</source>
        <translation>‏{n} م.ب</translation>
    </message>
    <message>
        <source>{n} GB</source>
        <translation>‏{n} غ.ب</translation>
    </message>
    <message>
        <source>{n} million parameters</source>
        <translation>‏{n} مليون معامل</translation>
    </message>
    <message>
        <source>{n} billion parameters</source>
        <translation>‏{n} مليار معامل</translation>
    </message>
    <message>
        <source>{format} file</source>
        <translation>ملف {format}</translation>
    </message>
    <message>
        <source>Comes with Ponder</source>
        <translation>مضمّن مع Ponder</translation>
    </message>
    <message>
        <source>Downloaded and verified</source>
        <translation>نُزّل وتم التحقق منه</translation>
    </message>
    <message>
        <source>In the Hugging Face cache, used where it lies</source>
        <translation>في ذاكرة Hugging Face المؤقتة، ويُستخدم في مكانه</translation>
    </message>
    <message>
        <source>Used where it lies: {folder}</source>
        <translation>يُستخدم في مكانه: ⁦{folder}⁩</translation>
    </message>
    <message>
        <source>Imported from {source}</source>
        <translation>مستورد من ⁨{source}⁩</translation>
    </message>
    <message>
        <source>In Ponder&apos;s models folder</source>
        <translation>في مجلد نماذج Ponder</translation>
    </message>
    <message>
        <source>Runs in {precision} on the {device}, with {n} tokens of context</source>
        <translation>يعمل بدقة {precision} على {device}، بسياق من {n} رمزًا</translation>
    </message>
    <message>
        <source>{name} runs in {precision} on the {device}, with {n} tokens of context</source>
        <translation>يعمل ⁨{name}⁩ بدقة {precision} على {device}، بسياق من {n} رمزًا</translation>
    </message>
    <message>
        <source>about {size}</source>
        <translation>نحو {size}</translation>
    </message>
    <message>
        <source>{n} tokens of context</source>
        <translation>سياق من {n} رمزًا</translation>
    </message>
    <message>
        <source>{trained}, {n} with YaRN</source>
        <translation>{trained}، و{n} مع YaRN</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} من {total}</translation>
    </message>
    <message>
        <source>{n} kB/s</source>
        <translation>‏{n} ك.ب/ث</translation>
    </message>
    <message>
        <source>{size}/s</source>
        <translation>{size}/ث</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>جارٍ البدء…</translation>
    </message>
    <message>
        <source>{duration} left</source>
        <translation>المتبقي: {duration}</translation>
    </message>
    <message>
        <source>Waiting: {why}</source>
        <translation>بالانتظار: ⁨{why}⁩</translation>
    </message>
    <message>
        <source>Copying: {amount}</source>
        <translation>جارٍ النسخ: {amount}</translation>
    </message>
    <message>
        <source>Converting: {amount}</source>
        <translation>جارٍ التحويل: {amount}</translation>
    </message>
    <message>
        <source>Verifying: {amount}</source>
        <translation>جارٍ التحقق: {amount}</translation>
    </message>
    <message>
        <source>{size} are kept.</source>
        <translation>المحفوظ: {size}.</translation>
    </message>
    <message>
        <source>{amount} are kept.</source>
        <translation>المحفوظ: {amount}.</translation>
    </message>
    <message>
        <source>The import was stopped. Nothing was kept of it.</source>
        <translation>أُوقف الاستيراد، ولم يُحفظ منه شيء.</translation>
    </message>
    <message>
        <source>Verified: every byte is as it was installed.</source>
        <translation>تم التحقق: كل بايت كما كان عند التثبيت.</translation>
    </message>
    <message>
        <source>The files have the form that they should have.</source>
        <translation>بنية الملفات صحيحة.</translation>
    </message>
    <message>
        <source>{name} was removed; {size} are free again.</source>
        <translation>أُزيل ⁨{name}⁩، وأصبحت {size} متاحة مجددًا.</translation>
    </message>
</context>
<context>
    <name>ModelsWindow</name>
    <message>
        <source>Models</source>
        <translation>النماذج</translation>
    </message>
    <message>
        <source>Look at this computer again</source>
        <translation>إعادة فحص هذا الحاسوب</translation>
    </message>
    <message>
        <source>Look at this computer again, such as after closing other programs</source>
        <translation>إعادة فحص هذا الحاسوب، بعد إغلاق برامج أخرى مثلًا</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>على هذا الحاسوب</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>تنزيل</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>استيراد</translation>
    </message>
    <message>
        <source>Memory calculator</source>
        <translation>حاسبة الذاكرة</translation>
    </message>
    <message>
        <source>Looking at this computer…</source>
        <translation>جارٍ فحص هذا الحاسوب…</translation>
    </message>
    <message>
        <source>{name}: {free} of {total} free</source>
        <translation>⁨{name}⁩: المتاح {free} من {total}</translation>
    </message>
</context>
<context>
    <name>NameDialog</name>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
</context>
<context>
    <name>Navigation</name>
    <message>
        <source>Sections of the settings</source>
        <translation>أقسام الإعدادات</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Notice: {text}</source>
        <translation>تنبيه: {text}</translation>
    </message>
</context>
<context>
    <name>Notices</name>
    <message>
        <source>Dismiss</source>
        <translation>إخفاء</translation>
    </message>
</context>
<context>
    <name>OptionalEditor</name>
    <message>
        <source>Automatic</source>
        <translation>تلقائي</translation>
    </message>
    <message>
        <source>{setting}: automatic</source>
        <translation>{setting}: تلقائي</translation>
    </message>
</context>
<context>
    <name>Ponder</name>
    <message>
        <source>a moment</source>
        <translation>لحظة</translation>
    </message>
    <message>
        <source>1 second</source>
        <translation>ثانية واحدة</translation>
    </message>
    <message>
        <source>{n} seconds</source>
        <translation>{n} ث</translation>
    </message>
    <message>
        <source>{m} min {s} s</source>
        <translation>{m} د {s} ث</translation>
    </message>
    <message>
        <source>Thought for {duration}</source>
        <translation>فكّر لمدة {duration}</translation>
    </message>
    <message>
        <source>{n} GB</source>
        <translation>‏{n} غ.ب</translation>
    </message>
    <message>
        <source>{n} MB</source>
        <translation>‏{n} م.ب</translation>
    </message>
    <message>
        <source>{n}-bit</source>
        <translation>{n} بت</translation>
    </message>
    <message>
        <source>1 token</source>
        <translation>رمز واحد</translation>
    </message>
    <message>
        <source>{n} tokens</source>
        <translation>الرموز: {n}</translation>
    </message>
    <message>
        <source>{n} tokens/s</source>
        <translation>‏{n} رمز/ث</translation>
    </message>
    <message>
        <source>first in {n} ms</source>
        <translation>أول رمز بعد {n} مللي ثانية</translation>
    </message>
    <message>
        <source>first in {n} s</source>
        <translation>أول رمز بعد {n} ث</translation>
    </message>
</context>
<context>
    <name>PrivacyPage</name>
    <message>
        <source>Everything stays on this computer. The model runs here; no question, no answer and no file leaves it. Ponder counts nothing, reports nothing and does not look for updates.</source>
        <translation>يبقى كل شيء على هذا الحاسوب. يعمل النموذج هنا، ولا يغادره أي سؤال ولا إجابة ولا ملف. لا يحصي Ponder شيئًا، ولا يرسل تقارير، ولا يبحث عن تحديثات.</translation>
    </message>
    <message>
        <source>It connects to the network only when you click a download, and then only fetches the model&apos;s files.</source>
        <translation>لا يتصل بالشبكة إلا عند النقر على تنزيل، ولا يجلب حينها إلا ملفات النموذج.</translation>
    </message>
    <message>
        <source>What is kept, and where</source>
        <translation>ما يُحفظ، وأين</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>المحادثات</translation>
    </message>
    <message>
        <source>Your chats, drafts and backups.</source>
        <translation>محادثاتك ومسوداتك ونسخك الاحتياطية.</translation>
    </message>
    <message>
        <source>Long chats kept ready</source>
        <translation>المحادثات الطويلة الجاهزة</translation>
    </message>
    <message>
        <source>What the model has read of them, if you turned that on.</source>
        <translation>ما قرأه النموذج منها، إن كنت قد فعّلت ذلك.</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>الإعدادات</translation>
    </message>
    <message>
        <source>What you chose in this window.</source>
        <translation>ما اخترته في هذه النافذة.</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>النماذج</translation>
    </message>
    <message>
        <source>The models you downloaded or added.</source>
        <translation>النماذج التي نزّلتها أو أضفتها.</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>السجل</translation>
    </message>
    <message>
        <source>What went wrong, for finding faults; never anything you or the model wrote.</source>
        <translation>ما حدث من أخطاء، للبحث عن الأعطال؛ ولا يتضمّن أبدًا شيئًا كتبته أنت أو كتبه النموذج.</translation>
    </message>
    <message>
        <source>Start over</source>
        <translation>البدء من جديد</translation>
    </message>
    <message>
        <source>Deletes every chat for good, with those in the archive and the trash, all backups and whatever was set aside. What stood in the file is overwritten. Models and settings stay.</source>
        <translation>يحذف كل المحادثات نهائيًا، بما فيها ما في الأرشيف وسلة المهملات، وكل النسخ الاحتياطية وكل ما وُضع جانبًا. ويُكتب فوق ما كان في الملف. تبقى النماذج والإعدادات.</translation>
    </message>
    <message>
        <source>Delete all chats for good…</source>
        <translation>حذف كل المحادثات نهائيًا…</translation>
    </message>
    <message>
        <source>Delete all chats for good</source>
        <translation>حذف كل المحادثات نهائيًا</translation>
    </message>
    <message>
        <source>Every chat and every backup is deleted for good. Nothing can bring them back.</source>
        <translation>ستُحذف كل المحادثات وكل النسخ الاحتياطية نهائيًا، ولن يمكن استعادتها.</translation>
    </message>
    <message>
        <source>Delete all chats</source>
        <translation>حذف كل المحادثات</translation>
    </message>
</context>
<context>
    <name>Question</name>
    <message>
        <source>Cancel</source>
        <translation>إلغاء</translation>
    </message>
</context>
<context>
    <name>QuestionView</name>
    <message>
        <source>You said</source>
        <translation>رسالتك</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>تعديل</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>نسخ</translation>
    </message>
    <message>
        <source>Delete this and what follows</source>
        <translation>حذف هذا وما يليه</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>تم النسخ</translation>
    </message>
    <message>
        <source>Edit your message</source>
        <translation>تعديل رسالتك</translation>
    </message>
    <message>
        <source>Save and ask</source>
        <translation>حفظ وإرسال</translation>
    </message>
</context>
<context>
    <name>RecoveryDialog</name>
    <message>
        <source>Damaged chats</source>
        <translation>محادثات تالفة</translation>
    </message>
    <message>
        <source>The file that holds your chats is damaged.</source>
        <translation>الملف الذي يضم محادثاتك تالف.</translation>
    </message>
    <message>
        <source>Use what could be read</source>
        <translation>استخدام ما أمكنت قراءته</translation>
    </message>
    <message>
        <source>Restore the backup</source>
        <translation>استعادة النسخة الاحتياطية</translation>
    </message>
    <message>
        <source>Start empty</source>
        <translation>البدء من دون محادثات</translation>
    </message>
</context>
<context>
    <name>Remark</name>
    <message>
        <source>Dismiss</source>
        <translation>إخفاء</translation>
    </message>
</context>
<context>
    <name>RemarkView</name>
    <message>
        <source>Tool result</source>
        <translation>نتيجة الأداة</translation>
    </message>
    <message>
        <source>Instruction</source>
        <translation>تعليمات</translation>
    </message>
</context>
<context>
    <name>ResultsPage</name>
    <message>
        <source>Settings found</source>
        <translation>الإعدادات المطابقة</translation>
    </message>
    <message>
        <source>No setting fits “{query}”.</source>
        <translation>لا يوجد إعداد يطابق «⁨{query}⁩».</translation>
    </message>
</context>
<context>
    <name>Row</name>
    <message>
        <source>Back to automatic</source>
        <translation>العودة إلى التلقائي</translation>
    </message>
    <message>
        <source>{name}: back to automatic</source>
        <translation>{name}: العودة إلى التلقائي</translation>
    </message>
</context>
<context>
    <name>SamplingPage</name>
    <message>
        <source>Qwen&apos;s advice</source>
        <translation>توصية Qwen</translation>
    </message>
    <message>
        <source>Sample as Qwen advises</source>
        <translation>أخذ العينات كما توصي Qwen</translation>
    </message>
    <message>
        <source>Leaves everything on automatic</source>
        <translation>يترك كل شيء على التلقائي</translation>
    </message>
    <message>
        <source>Less repetition</source>
        <translation>تكرار أقل</translation>
    </message>
    <message>
        <source>Sample with less repetition</source>
        <translation>أخذ العينات بتكرار أقل</translation>
    </message>
    <message>
        <source>As Qwen advises, and words written already become less likely</source>
        <translation>كما توصي Qwen، مع خفض احتمال الكلمات المكتوبة من قبل</translation>
    </message>
</context>
<context>
    <name>ScopeChoice</name>
    <message>
        <source>Everything</source>
        <translation>الكل</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>البحث في كل شيء</translation>
    </message>
    <message>
        <source>Search in the folder {name}</source>
        <translation>البحث في المجلد ⁨{name}⁩</translation>
    </message>
</context>
<context>
    <name>ScoreTable</name>
    <message>
        <source>Benchmarks of {name}</source>
        <translation>نتائج اختبارات ⁨{name}⁩</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>النتيجة</translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation>مع التفكير</translation>
    </message>
    <message>
        <source>Direct</source>
        <translation>مباشرة</translation>
    </message>
    <message>
        <source>Qwen3 Technical Report (arXiv:2505.09388). A figure compares only with others of its row.</source>
        <translation>المصدر: ⁦Qwen3 Technical Report (arXiv:2505.09388)⁩. لا يُقارَن الرقم إلا بأرقام صفّه.</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Search</source>
        <translation>بحث</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>البحث في المحادثات</translation>
    </message>
    <message>
        <source>Up and Down go through what was found, Enter opens it.</source>
        <translation>السهمان لأعلى ولأسفل للتنقل بين النتائج، وEnter لفتحها.</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>مسح البحث</translation>
    </message>
</context>
<context>
    <name>SectionPage</name>
    <message>
        <source>Back to the defaults</source>
        <translation>استعادة الافتراضي</translation>
    </message>
    <message>
        <source>{section}: back to the defaults</source>
        <translation>{section}: استعادة الافتراضي</translation>
    </message>
</context>
<context>
    <name>SettingRow</name>
    <message>
        <source>Back to the default</source>
        <translation>استعادة الافتراضي</translation>
    </message>
    <message>
        <source>{setting}: back to the default</source>
        <translation>{setting}: استعادة الافتراضي</translation>
    </message>
    <message>
        <source>“{value}” is not possible here. Nothing was changed.</source>
        <translation>القيمة «⁨{value}⁩» غير ممكنة هنا. لم يتغيّر شيء.</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>General</source>
        <translation>عام</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>المظهر</translation>
    </message>
    <message>
        <source>Thinking</source>
        <translation>التفكير</translation>
    </message>
    <message>
        <source>Sampling</source>
        <translation>أخذ العينات</translation>
    </message>
    <message>
        <source>Quantisation and device</source>
        <translation>التكميم ووحدة المعالجة</translation>
    </message>
    <message>
        <source>Storage and backups</source>
        <translation>التخزين والنسخ الاحتياطي</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>الاختصارات</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>الخصوصية</translation>
    </message>
    <message>
        <source>About</source>
        <translation>حول</translation>
    </message>
    <message>
        <source>At every word the model weighs all the words that could come next. These settings say how many of them stay in the draw, and how freely it draws. Left on automatic they are as Qwen advises, which is best for nearly everything.</source>
        <translation>عند كل كلمة يوازن النموذج بين كل الكلمات التي يمكن أن تليها. تحدّد هذه الإعدادات كم منها يبقى في السحب، ومدى حرية السحب. إذا تُركت على التلقائي فهي كما توصي Qwen، وهذا هو الأفضل لكل شيء تقريبًا.</translation>
    </message>
    <message>
        <source>How the model is kept in memory and what computes. Left on automatic, Ponder takes the best that fits this computer and says what it took.</source>
        <translation>كيف يُحفظ النموذج في الذاكرة وما الذي يُجري الحساب. إذا تُركت على التلقائي، يختار Ponder أفضل ما يناسب هذا الحاسوب ويذكر ما اختاره.</translation>
    </message>
    <message>
        <source>Choose a command&apos;s keys, then press the new ones. Esc leaves them as they are, Backspace takes them away.</source>
        <translation>اختر اختصار أحد الأوامر، ثم اضغط الاختصار الجديد. يتركه Esc كما هو، ويزيله Backspace.</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>وحدة المعالجة</translation>
    </message>
    <message>
        <source>What computes. Automatic takes a graphics card where there is one. Loads the model again.</source>
        <translation>ما يُجري الحساب. التلقائي يختار بطاقة رسوم إن وُجدت. يعيد تحميل النموذج.</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>الدقة</translation>
    </message>
    <message>
        <source>The number format of the weights. Automatic takes 16-bit where it fits. Loads the model again.</source>
        <translation>تنسيق أرقام الأوزان. التلقائي يختار 16 بت حيثما تسعها الذاكرة. يعيد تحميل النموذج.</translation>
    </message>
    <message>
        <source>KV cache</source>
        <translation>ذاكرة KV المؤقتة</translation>
    </message>
    <message>
        <source>Bits per cached key and value. 8 halves the memory a long chat takes. Loads the model again.</source>
        <translation>عدد البتات لكل مفتاح وقيمة مخزّنين. القيمة 8 تخفّض ذاكرة المحادثة الطويلة إلى النصف. يعيد تحميل النموذج.</translation>
    </message>
    <message>
        <source>Think first</source>
        <translation>التفكير أولًا</translation>
    </message>
    <message>
        <source>Whether the model thinks before it answers, unless a message says /think or /no_think.</source>
        <translation>هل يفكّر النموذج قبل أن يجيب، ما لم يرد في الرسالة ⁦/think⁩ أو ⁦/no_think⁩.</translation>
    </message>
    <message>
        <source>Thinking budget</source>
        <translation>حد التفكير</translation>
    </message>
    <message>
        <source>After so many tokens of thinking the answer begins. Automatic: no limit.</source>
        <translation>تبدأ الإجابة بعد هذا العدد من رموز التفكير. تلقائي: بلا حد.</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>السياق</translation>
    </message>
    <message>
        <source>How many tokens question, history and answer may have together. Automatic: what model and memory allow. Loads the model again.</source>
        <translation>عدد الرموز المتاح للسؤال وما سبقه والإجابة معًا. تلقائي: ما يسمح به النموذج والذاكرة. يعيد تحميل النموذج.</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>السمة</translation>
    </message>
    <message>
        <source>Light or dark colours, or as the system says.</source>
        <translation>ألوان فاتحة أو داكنة، أو حسب النظام.</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>التكبير</translation>
    </message>
    <message>
        <source>The size of everything in the window.</source>
        <translation>حجم كل ما في النافذة.</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>اللغة</translation>
    </message>
    <message>
        <source>The language of the window. Takes effect at the next start.</source>
        <translation>لغة النافذة. تسري عند التشغيل التالي.</translation>
    </message>
    <message>
        <source>Send with</source>
        <translation>مفتاح الإرسال</translation>
    </message>
    <message>
        <source>What sends a message; Shift+Enter always makes a new line.</source>
        <translation>ما يرسل الرسالة؛ أما Shift+Enter فيضيف دائمًا سطرًا جديدًا.</translation>
    </message>
    <message>
        <source>Facts under answers</source>
        <translation>معلومات أسفل الإجابات</translation>
    </message>
    <message>
        <source>Tokens, speed and time to the first token under every answer.</source>
        <translation>الرموز والسرعة والوقت حتى أول رمز، أسفل كل إجابة.</translation>
    </message>
    <message>
        <source>Stay in the tray</source>
        <translation>البقاء في علبة النظام</translation>
    </message>
    <message>
        <source>Closing the window leaves Ponder running in the system tray.</source>
        <translation>عند إغلاق النافذة يبقى Ponder قيد التشغيل في علبة النظام.</translation>
    </message>
    <message>
        <source>Keep thoughts open</source>
        <translation>إبقاء الأفكار مفتوحة</translation>
    </message>
    <message>
        <source>Thoughts stay unfolded when the answer begins.</source>
        <translation>تبقى الأفكار معروضة عند بدء الإجابة.</translation>
    </message>
    <message>
        <source>Refine titles</source>
        <translation>تحسين العناوين</translation>
    </message>
    <message>
        <source>A chat is named after its first question at once; an idle model may find a better name.</source>
        <translation>تُسمّى المحادثة فورًا بسؤالها الأول؛ وقد يجد النموذج اسمًا أفضل حين لا يكون مشغولًا.</translation>
    </message>
    <message>
        <source>Free the memory after</source>
        <translation>تحرير الذاكرة بعد</translation>
    </message>
    <message>
        <source>So many minutes without a question, and the model leaves the memory. 0: never.</source>
        <translation>بعد هذا العدد من الدقائق من دون سؤال، يغادر النموذج الذاكرة. 0: أبدًا.</translation>
    </message>
    <message>
        <source>Less repetition</source>
        <translation>تكرار أقل</translation>
    </message>
    <message>
        <source>A presence penalty of 1.5, as Qwen advises for quantised weights that repeat themselves.</source>
        <translation>عقوبة حضور قدرها 1.5، كما توصي Qwen للأوزان المكمّمة التي تكرّر نفسها.</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>درجة الحرارة</translation>
    </message>
    <message>
        <source>How freely words are chosen; 0 takes the likeliest. Automatic: 0.6 when it thinks, else 0.7.</source>
        <translation>مدى حرية اختيار الكلمات؛ القيمة 0 تختار الأرجح. تلقائي: 0.6 مع التفكير، وإلا 0.7.</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Only the likeliest words, together this probable. Automatic: 0.95 when it thinks, else 0.8.</source>
        <translation>أرجح الكلمات فقط، التي تبلغ معًا هذا الاحتمال. تلقائي: 0.95 مع التفكير، وإلا 0.8.</translation>
    </message>
    <message>
        <source>Top-k</source>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>Only so many of the likeliest words; 0 is no limit. Automatic: 20.</source>
        <translation>هذا العدد فقط من أرجح الكلمات؛ القيمة 0 تعني بلا حد. تلقائي: 20.</translation>
    </message>
    <message>
        <source>Min-p</source>
        <translation>Min-p</translation>
    </message>
    <message>
        <source>Only words at least this likely, compared with the likeliest one. Automatic: 0.</source>
        <translation>الكلمات التي لا يقل احتمالها عن هذا القدر مقارنةً بالكلمة الأرجح. تلقائي: 0.</translation>
    </message>
    <message>
        <source>Presence penalty</source>
        <translation>عقوبة الحضور</translation>
    </message>
    <message>
        <source>Makes words that were written already less likely. Automatic: 0, or 1.5 for 4-bit weights.</source>
        <translation>تقلّل احتمال الكلمات المكتوبة من قبل. تلقائي: 0، أو 1.5 لأوزان 4 بت.</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>أقصى طول للإجابة</translation>
    </message>
    <message>
        <source>In tokens, thoughts included. Automatic: as long as the context allows.</source>
        <translation>بالرموز، بما فيها الأفكار. تلقائي: بقدر ما يسمح السياق.</translation>
    </message>
    <message>
        <source>Search thoughts</source>
        <translation>البحث في الأفكار</translation>
    </message>
    <message>
        <source>Whether the search looks into thoughts too.</source>
        <translation>هل يشمل البحث الأفكار أيضًا.</translation>
    </message>
    <message>
        <source>Empty the trash after</source>
        <translation>إفراغ سلة المهملات بعد</translation>
    </message>
    <message>
        <source>Chats in the trash are removed for good after so many days. 0: never.</source>
        <translation>تُزال محادثات سلة المهملات نهائيًا بعد هذا العدد من الأيام. 0: أبدًا.</translation>
    </message>
    <message>
        <source>Back up every</source>
        <translation>نسخ احتياطي كل</translation>
    </message>
    <message>
        <source>Hours between two backups of the chats, when there is something new. 0: never.</source>
        <translation>عدد الساعات بين نسختين احتياطيتين للمحادثات، عند وجود جديد. 0: أبدًا.</translation>
    </message>
    <message>
        <source>Keep long chats ready</source>
        <translation>إبقاء المحادثات الطويلة جاهزة</translation>
    </message>
    <message>
        <source>So much of the disk may hold what the model has read of long chats: after a restart they go on at once. It tells what the chats say, and is deleted with them. 0: nothing is kept.</source>
        <translation>مقدار القرص الذي قد يشغله ما قرأه النموذج من المحادثات الطويلة: بعد إعادة التشغيل تستمر فورًا. وهو يكشف ما تقوله المحادثات، ويُحذف معها. 0: لا يُحفظ شيء.</translation>
    </message>
    <message>
        <source>Keys that were chosen for a command, by the command&apos;s name.</source>
        <translation>الاختصارات المختارة للأوامر، حسب اسم الأمر.</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>حسب النظام</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>فاتحة</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>داكنة</translation>
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
        <translation>تلقائي</translation>
    </message>
    <message>
        <source>16-bit (BF16)</source>
        <translation>16 بت (BF16)</translation>
    </message>
    <message>
        <source>16-bit (FP16)</source>
        <translation>16 بت (FP16)</translation>
    </message>
    <message>
        <source>32-bit (FP32)</source>
        <translation>32 بت (FP32)</translation>
    </message>
    <message>
        <source>8-bit (INT8)</source>
        <translation>8 بت (INT8)</translation>
    </message>
    <message>
        <source>4-bit (NF4), less quality</source>
        <translation>4 بت (NF4)، بجودة أقل</translation>
    </message>
    <message>
        <source>16-bit</source>
        <translation>16 بت</translation>
    </message>
    <message>
        <source>8-bit</source>
        <translation>8 بت</translation>
    </message>
    <message>
        <source>Processor (CPU)</source>
        <translation>المعالج (CPU)</translation>
    </message>
    <message>
        <source>NVIDIA graphics card (CUDA)</source>
        <translation>بطاقة رسوم NVIDIA (CUDA)</translation>
    </message>
    <message>
        <source>Apple graphics (MPS)</source>
        <translation>رسوميات Apple (MPS)</translation>
    </message>
    <message>
        <source>NVIDIA graphics card {number} (CUDA)</source>
        <translation>بطاقة رسوم NVIDIA رقم {number} (CUDA)</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>رمز</translation>
    </message>
    <message>
        <source>minutes</source>
        <translation>دقيقة</translation>
    </message>
    <message>
        <source>hours</source>
        <translation>ساعة</translation>
    </message>
    <message>
        <source>days</source>
        <translation>يوم</translation>
    </message>
    <message>
        <source>GB</source>
        <translation>غيغابايت</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>أبدًا</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>متوقف</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>بلا حد</translation>
    </message>
    <message>
        <source>{n} %</source>
        <translation>{n}٪</translation>
    </message>
    <message>
        <source>At 4 bits small models lose noticeably in quality: they make more mistakes and repeat themselves more. Choose it only where nothing else fits the memory.</source>
        <translation>عند 4 بت تفقد النماذج الصغيرة قدرًا ملحوظًا من جودتها: تخطئ أكثر وتكرّر نفسها أكثر. لا تختره إلا إذا لم تتسع الذاكرة لغيره.</translation>
    </message>
</context>
<context>
    <name>SettingsWindow</name>
    <message>
        <source>Settings</source>
        <translation>الإعدادات</translation>
    </message>
    <message>
        <source>Search the settings</source>
        <translation>البحث في الإعدادات</translation>
    </message>
    <message>
        <source>Search settings</source>
        <translation>البحث في الإعدادات</translation>
    </message>
    <message>
        <source>Section of the settings</source>
        <translation>قسم الإعدادات</translation>
    </message>
</context>
<context>
    <name>ShelfHead</name>
    <message>
        <source>Empty</source>
        <translation>إفراغ</translation>
    </message>
    <message>
        <source>Empty the trash</source>
        <translation>إفراغ سلة المهملات</translation>
    </message>
    <message>
        <source>{shelf}: back to the chats</source>
        <translation>{shelf}: العودة إلى المحادثات</translation>
    </message>
    <message>
        <source>Back to the chats</source>
        <translation>العودة إلى المحادثات</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>New chat</source>
        <translation>محادثة جديدة</translation>
    </message>
    <message>
        <source>Sidebar</source>
        <translation>الشريط الجانبي</translation>
    </message>
    <message>
        <source>The search index is damaged; the chats themselves are read without it.</source>
        <translation>فهرس البحث تالف؛ والمحادثات نفسها تُقرأ من دونه.</translation>
    </message>
    <message>
        <source>Repair the search</source>
        <translation>إصلاح البحث</translation>
    </message>
    <message>
        <source>Search again</source>
        <translation>البحث مجددًا</translation>
    </message>
    <message>
        <source>Nothing found for “{query}”.</source>
        <translation>لا نتائج للبحث عن «⁨{query}⁩».</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>إعادة المحاولة</translation>
    </message>
    <message>
        <source>No chats yet. What you ask is kept here, on this computer.</source>
        <translation>لا توجد محادثات بعد. ما تسأله يُحفظ هنا، على هذا الحاسوب.</translation>
    </message>
    <message>
        <source>Nothing is archived. Archived chats are kept here, out of the way.</source>
        <translation>لا توجد محادثات مؤرشفة. تُحفظ المحادثات المؤرشفة هنا، بعيدًا عن القائمة.</translation>
    </message>
    <message>
        <source>The trash is empty.</source>
        <translation>سلة المهملات فارغة.</translation>
    </message>
    <message>
        <source>The search is being repaired…</source>
        <translation>يجري إصلاح البحث…</translation>
    </message>
    <message>
        <source>Untitled chat</source>
        <translation>محادثة بلا عنوان</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>المثبّتة</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>المجلدات</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>اليوم</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>أمس</translation>
    </message>
    <message>
        <source>Previous 7 days</source>
        <translation>آخر 7 أيام</translation>
    </message>
    <message>
        <source>Previous 30 days</source>
        <translation>آخر 30 يومًا</translation>
    </message>
    <message>
        <source>{month} {year}</source>
        <translation>{month} {year}</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>المحادثات</translation>
    </message>
    <message>
        <source>Archived</source>
        <translation>المؤرشفة</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>سلة المهملات</translation>
    </message>
</context>
<context>
    <name>SlashCommands</name>
    <message>
        <source>The model thinks before it answers this message</source>
        <translation>يفكّر النموذج قبل أن يجيب عن هذه الرسالة</translation>
    </message>
    <message>
        <source>The model answers this message at once</source>
        <translation>يجيب النموذج عن هذه الرسالة فورًا</translation>
    </message>
    <message>
        <source>Persona: {prompt}</source>
        <translation>الشخصية: ⁨{prompt}⁩</translation>
    </message>
    <message>
        <source>Persona</source>
        <translation>الشخصية</translation>
    </message>
</context>
<context>
    <name>SlashList</name>
    <message>
        <source>Saved prompts and personas</source>
        <translation>الموجّهات المحفوظة والشخصيات</translation>
    </message>
</context>
<context>
    <name>SliderRow</name>
    <message>
        <source>Automatic ({value})</source>
        <translation>تلقائي ({value})</translation>
    </message>
</context>
<context>
    <name>StatusPill</name>
    <message>
        <source>Starting…</source>
        <translation>جارٍ البدء…</translation>
    </message>
    <message>
        <source>The engine is starting. You can type and send already.</source>
        <translation>المحرّك قيد البدء. يمكنك الكتابة والإرسال من الآن.</translation>
    </message>
    <message>
        <source>Loading… {n} %</source>
        <translation>جارٍ التحميل… {n}٪</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>جارٍ التحميل…</translation>
    </message>
    <message>
        <source>The model is being loaded. You can type and send already.</source>
        <translation>النموذج قيد التحميل. يمكنك الكتابة والإرسال من الآن.</translation>
    </message>
    <message>
        <source>practice model</source>
        <translation>نموذج تجريبي</translation>
    </message>
    <message>
        <source>Context: {n} tokens</source>
        <translation>السياق: {n} رمزًا</translation>
    </message>
    <message>
        <source>Not loaded</source>
        <translation>غير محمّل</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>متوقف</translation>
    </message>
    <message>
        <source>The engine ended unexpectedly. It starts again with your next question.</source>
        <translation>توقّف المحرّك على نحو غير متوقع. سيبدأ مجددًا مع سؤالك التالي.</translation>
    </message>
    <message>
        <source>Asleep</source>
        <translation>خامل</translation>
    </message>
    <message>
        <source>The model is not in memory now. It is loaded again with your next question.</source>
        <translation>النموذج ليس في الذاكرة الآن. سيُحمَّل مجددًا مع سؤالك التالي.</translation>
    </message>
    <message>
        <source>Model: {status}</source>
        <translation>النموذج: {status}</translation>
    </message>
</context>
<context>
    <name>StoppedCard</name>
    <message>
        <source>Download: {name}</source>
        <translation>تنزيل: ⁨{name}⁩</translation>
    </message>
    <message>
        <source>A download of {repository}</source>
        <translation>تنزيل ⁦{repository}⁩</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>تنزيل</translation>
    </message>
</context>
<context>
    <name>StoragePage</name>
    <message>
        <source>Long chats kept ready</source>
        <translation>المحادثات الطويلة الجاهزة</translation>
    </message>
    <message>
        <source>Backups</source>
        <translation>النسخ الاحتياطية</translation>
    </message>
    <message>
        <source>Where the chats lie</source>
        <translation>مكان المحادثات</translation>
    </message>
    <message>
        <source>Show folder</source>
        <translation>إظهار المجلد</translation>
    </message>
    <message>
        <source>Show the folder of the chats</source>
        <translation>إظهار مجلد المحادثات</translation>
    </message>
    <message>
        <source>Keep them whole</source>
        <translation>الحفاظ على سلامتها</translation>
    </message>
    <message>
        <source>Back up now</source>
        <translation>نسخ احتياطي الآن</translation>
    </message>
    <message>
        <source>Check the chats</source>
        <translation>فحص المحادثات</translation>
    </message>
    <message>
        <source>Empty the trash…</source>
        <translation>إفراغ سلة المهملات…</translation>
    </message>
    <message>
        <source>All chats in the trash are removed for good. Only a backup could bring them back.</source>
        <translation>ستُزال كل محادثات سلة المهملات نهائيًا، ولا يمكن استعادتها إلا من نسخة احتياطية.</translation>
    </message>
    <message>
        <source>Empty the trash</source>
        <translation>إفراغ سلة المهملات</translation>
    </message>
    <message>
        <source>The backup of {time} takes the place of your chats. The chats of now are set aside in their folder, untouched.</source>
        <translation>تحلّ النسخة الاحتياطية بتاريخ {time} محل محادثاتك. وتوضع المحادثات الحالية جانبًا في مجلدها من دون تغيير.</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>استعادة</translation>
    </message>
</context>
<context>
    <name>ThinkingBlock</name>
    <message>
        <source>Answer now</source>
        <translation>الإجابة الآن</translation>
    </message>
    <message>
        <source>Stop thinking and answer with what there is</source>
        <translation>إيقاف التفكير والإجابة بما هو متاح</translation>
    </message>
    <message>
        <source>Thoughts</source>
        <translation>الأفكار</translation>
    </message>
    <message>
        <source>Thinking… {n} s</source>
        <translation>يفكّر… {n} ث</translation>
    </message>
    <message>
        <source>shown</source>
        <translation>معروضة</translation>
    </message>
    <message>
        <source>hidden</source>
        <translation>مخفية</translation>
    </message>
    <message>
        <source>{heading}, {state}</source>
        <comment>heading: Thought for 6 seconds</comment>
        <translation>{heading}، {state}</translation>
    </message>
</context>
<context>
    <name>TitleField</name>
    <message>
        <source>Name of this chat</source>
        <translation>اسم هذه المحادثة</translation>
    </message>
    <message>
        <source>Chat: {title}</source>
        <translation>المحادثة: ⁨{title}⁩</translation>
    </message>
</context>
<context>
    <name>Toast</name>
    <message>
        <source>Undo</source>
        <translation>تراجع</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>إخفاء</translation>
    </message>
    <message>
        <source>{message} {action} is available.</source>
        <translation>{message} الإجراء «{action}» متاح.</translation>
    </message>
</context>
<context>
    <name>TranscriptView</name>
    <message>
        <source>Conversation</source>
        <translation>المحادثة</translation>
    </message>
    <message>
        <source>Jump to latest</source>
        <translation>الانتقال إلى الأحدث</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>نسخ</translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation>نسخ بصيغة Markdown</translation>
    </message>
    <message>
        <source>Copy the answer</source>
        <translation>نسخ الإجابة</translation>
    </message>
    <message>
        <source>Copy the answer as Markdown</source>
        <translation>نسخ الإجابة بصيغة Markdown</translation>
    </message>
    <message>
        <source>Copy the message</source>
        <translation>نسخ الرسالة</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>تحديد الكل</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Show Ponder</source>
        <translation>إظهار Ponder</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>محادثة جديدة</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>إنهاء</translation>
    </message>
</context>
<context>
    <name>Troubles</name>
    <message>
        <source>Something went wrong inside Ponder. Your chat is still here. What happened is in the log, without anything you wrote.</source>
        <translation>حدث خطأ داخل Ponder. محادثتك ما زالت هنا. التفاصيل في السجل، من دون أي شيء كتبته.</translation>
    </message>
    <message>
        <source>{error} Until it is saved, what you write is kept in memory only.</source>
        <translation>⁨{error}⁩ إلى أن يُحفظ، يبقى ما تكتبه في الذاكرة فقط.</translation>
    </message>
    <message>
        <source>See what can be saved</source>
        <translation>عرض ما يمكن إنقاذه</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>إعادة المحاولة</translation>
    </message>
    <message>
        <source>Load it that way</source>
        <translation>التحميل بهذه الطريقة</translation>
    </message>
</context>
<context>
    <name>Upkeep</name>
    <message>
        <source>Making a backup…</source>
        <translation>جارٍ إنشاء نسخة احتياطية…</translation>
    </message>
    <message>
        <source>Checking every text…</source>
        <translation>جارٍ فحص كل النصوص…</translation>
    </message>
    <message>
        <source>Putting the backup in place…</source>
        <translation>جارٍ استعادة النسخة الاحتياطية…</translation>
    </message>
    <message>
        <source>Emptying the trash…</source>
        <translation>جارٍ إفراغ سلة المهملات…</translation>
    </message>
    <message>
        <source>Deleting all chats…</source>
        <translation>جارٍ حذف كل المحادثات…</translation>
    </message>
    <message>
        <source>The backup is made and verified: {content}.</source>
        <translation>أُنشئت النسخة الاحتياطية وتم التحقق منها: {content}.</translation>
    </message>
    <message>
        <source>The backup is in place: {content}.</source>
        <translation>استُعيدت النسخة الاحتياطية: {content}.</translation>
    </message>
    <message>
        <source>The backup is in place: {content}. The chats from before lie untouched in {folder}.</source>
        <translation>استُعيدت النسخة الاحتياطية: {content}. المحادثات السابقة باقية من دون تغيير في ⁦{folder}⁩.</translation>
    </message>
    <message>
        <source>made before an update</source>
        <translation>أُنشئت قبل تحديث</translation>
    </message>
    <message>
        <source>chats: {chats}, messages: {messages}</source>
        <translation>المحادثات: {chats}، الرسائل: {messages}</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>تعذّرت قراءتها</translation>
    </message>
    <message>
        <source>Everything is as it was written: {content}.</source>
        <translation>كل شيء كما كُتب: {content}.</translation>
    </message>
    <message>
        <source>Something is wrong. Problems found: {number}.</source>
        <translation>هناك خلل. المشكلات التي عُثر عليها: {number}.</translation>
    </message>
    <message>
        <source>Restore a backup. The damaged file is kept as it is.</source>
        <translation>استعد نسخة احتياطية. يُحتفظ بالملف التالف كما هو.</translation>
    </message>
    <message>
        <source>The trash was empty already.</source>
        <translation>سلة المهملات فارغة أصلًا.</translation>
    </message>
    <message>
        <source>Removed for good: {content}.</source>
        <translation>أُزيل نهائيًا: {content}.</translation>
    </message>
    <message>
        <source>Backups that still hold some of it: {number}. Later ones will not.</source>
        <translation>نسخ احتياطية ما زالت تتضمّن شيئًا منها: {number}. أما اللاحقة فلا.</translation>
    </message>
    <message>
        <source>Everything is deleted for good: {content}, backups and older files: {copies}.</source>
        <translation>حُذف كل شيء نهائيًا: {content}، النسخ الاحتياطية والملفات الأقدم: {copies}.</translation>
    </message>
    <message>
        <source>Files that could not be deleted: {number}. Close what uses them and try again.</source>
        <translation>ملفات تعذّر حذفها: {number}. أغلق ما يستخدمها ثم أعد المحاولة.</translation>
    </message>
</context>
<context>
    <name>VersionSwitch</name>
    <message>
        <source>Previous version</source>
        <translation>الصيغة السابقة</translation>
    </message>
    <message>
        <source>Next version</source>
        <translation>الصيغة التالية</translation>
    </message>
    <message>
        <source>{n} / {count}</source>
        <translation>{n} من {count}</translation>
    </message>
    <message>
        <source>Version {n} of {count}</source>
        <translation>الصيغة {n} من {count}</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Welcome</source>
        <translation>مرحبًا</translation>
    </message>
    <message>
        <source>Welcome to Ponder</source>
        <translation>مرحبًا بك في Ponder</translation>
    </message>
    <message>
        <source>Ponder is a chat with a language model that runs on this computer. It works without a network, and what you write never leaves this computer.</source>
        <translation>يتيح لك Ponder المحادثة مع نموذج لغوي يعمل على هذا الحاسوب. لا يحتاج إلى شبكة، وما تكتبه لا يغادر هذا الحاسوب أبدًا.</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>هذا الحاسوب</translation>
    </message>
    <message>
        <source>Start with the practice model</source>
        <translation>البدء بالنموذج التجريبي</translation>
    </message>
    <message>
        <source>Ready at once. A small model, made to try things out, and not an assistant.</source>
        <translation>جاهز فورًا. نموذج صغير معدّ للتجربة، وليس مساعدًا.</translation>
    </message>
    <message>
        <source>{name} is being downloaded. It goes on while you chat, and can be paused at any time.</source>
        <translation>جارٍ تنزيل ⁨{name}⁩. يستمر التنزيل أثناء المحادثة، ويمكن إيقافه مؤقتًا في أي وقت.</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>اختيار مجلد…</translation>
    </message>
    <message>
        <source>Choose a GGUF file…</source>
        <translation>اختيار ملف GGUF…</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>ليس الآن</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>استيراد</translation>
    </message>
    <message>
        <source>Or use a model that is on this computer already</source>
        <translation>أو استخدم نموذجًا موجودًا على هذا الحاسوب</translation>
    </message>
    <message>
        <source>Start with {name}</source>
        <translation>البدء باستخدام ⁨{name}⁩</translation>
    </message>
    <message>
        <source>Download {name} ({size})</source>
        <translation>تنزيل ⁨{name}⁩ ({size})</translation>
    </message>
    <message>
        <source>This computer: {device}, {free} free</source>
        <translation>هذا الحاسوب: ⁨{device}⁩، المتاح {free}</translation>
    </message>
    <message>
        <source>The largest that runs here is {name}, in {precision}. You can download it later.</source>
        <translation>أكبر نموذج يعمل هنا هو ⁨{name}⁩ بدقة {precision}. يمكنك تنزيله لاحقًا.</translation>
    </message>
</context>
<context>
    <name>WindowActions</name>
    <message>
        <source>Copy of {title}</source>
        <translation>نسخة من {title}</translation>
    </message>
</context>
<context>
    <name>WindowCommands</name>
    <message>
        <source>New chat</source>
        <translation>محادثة جديدة</translation>
    </message>
    <message>
        <source>New temporary chat</source>
        <translation>محادثة مؤقتة جديدة</translation>
    </message>
    <message>
        <source>Keep this temporary chat</source>
        <translation>الاحتفاظ بهذه المحادثة المؤقتة</translation>
    </message>
    <message>
        <source>Search chats</source>
        <translation>البحث في المحادثات</translation>
    </message>
    <message>
        <source>Find in this chat</source>
        <translation>البحث في هذه المحادثة</translation>
    </message>
    <message>
        <source>Rename this chat</source>
        <translation>إعادة تسمية هذه المحادثة</translation>
    </message>
    <message>
        <source>Pin or unpin this chat</source>
        <translation>تثبيت هذه المحادثة أو إلغاء تثبيتها</translation>
    </message>
    <message>
        <source>Duplicate this chat</source>
        <translation>تكرار هذه المحادثة</translation>
    </message>
    <message>
        <source>Archive this chat</source>
        <translation>أرشفة هذه المحادثة</translation>
    </message>
    <message>
        <source>Delete this chat</source>
        <translation>حذف هذه المحادثة</translation>
    </message>
    <message>
        <source>New folder</source>
        <translation>مجلد جديد</translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>إيقاف الإجابة</translation>
    </message>
    <message>
        <source>Answer now</source>
        <translation>الإجابة الآن</translation>
    </message>
    <message>
        <source>Answer again</source>
        <translation>إعادة الإجابة</translation>
    </message>
    <message>
        <source>Edit the last question</source>
        <translation>تعديل السؤال الأخير</translation>
    </message>
    <message>
        <source>Copy the last answer</source>
        <translation>نسخ الإجابة الأخيرة</translation>
    </message>
    <message>
        <source>Copy the last code</source>
        <translation>نسخ الشيفرة الأخيرة</translation>
    </message>
    <message>
        <source>Turn thinking on or off</source>
        <translation>تفعيل التفكير أو تعطيله</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>إرفاق ملفات</translation>
    </message>
    <message>
        <source>Go to the message field</source>
        <translation>الانتقال إلى حقل الرسالة</translation>
    </message>
    <message>
        <source>Show or hide the chats</source>
        <translation>إظهار المحادثات أو إخفاؤها</translation>
    </message>
    <message>
        <source>Show or hide this chat&apos;s settings</source>
        <translation>إظهار إعدادات هذه المحادثة أو إخفاؤها</translation>
    </message>
    <message>
        <source>Jump to the latest message</source>
        <translation>الانتقال إلى أحدث رسالة</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>تكبير</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>تصغير</translation>
    </message>
    <message>
        <source>Normal size</source>
        <translation>الحجم العادي</translation>
    </message>
    <message>
        <source>Light or dark</source>
        <translation>فاتح أو داكن</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>الأوامر</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>الإعدادات</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>النماذج</translation>
    </message>
    <message>
        <source>Personas and prompts</source>
        <translation>الشخصيات والموجّهات</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>الاختصارات</translation>
    </message>
    <message>
        <source>Free the model&apos;s memory</source>
        <translation>تحرير ذاكرة النموذج</translation>
    </message>
    <message>
        <source>Load the model</source>
        <translation>تحميل النموذج</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>إنهاء</translation>
    </message>
</context>
<context>
    <name>_Body</name>
    <message>
        <source>Show more</source>
        <translation>عرض المزيد</translation>
    </message>
    <message>
        <source>Show more thoughts</source>
        <translation>عرض المزيد من الأفكار</translation>
    </message>
</context>
<context>
    <name>_Dim</name>
    <message>
        <source>Close the sidebar</source>
        <translation>إغلاق الشريط الجانبي</translation>
    </message>
</context>
<context>
    <name>_Grip</name>
    <message>
        <source>Width of the sidebar</source>
        <translation>اتساع الشريط الجانبي</translation>
    </message>
    <message>
        <source>The left and right arrow keys change it.</source>
        <translation>يغيّره مفتاحا السهمين الأيمن والأيسر.</translation>
    </message>
</context>
</TS>
