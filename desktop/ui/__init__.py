"""Everything that imports Qt: how to write a page on top of it.

A page is a :class:`desktop.ui.pages.base.Page` made by the factory of a
:class:`desktop.ui.pages.base.PageSpec`. It gets a :class:`desktop.ui.kit.Kit` and the services it calls, both in
``__init__``; it asks no global for anything::

    class ReturnPage(Page):
        def __init__(self, kit: Kit, deliver: DeliverResult) -> None:
            super().__init__(kit, key="return", title="Trả kết quả")
            self._deliver = deliver
            self._code = LineEdit(kit.theme)
            self.body.addWidget(Field("Mã hồ sơ", self._code, hint="Quét giấy hẹn hoặc gõ mã", name="codeField"))
            self._finish = ActionButton(kit.theme, "Trả kết quả", icon="return", shortcut="Ctrl+Return", primary=True)
            self._finish.clicked.connect(self._save)
            self.footer.addWidget(self._finish)

        def shortcuts(self) -> Sequence[ShortcutHint]:
            return (ShortcutHint("Ctrl+Return", "Trả kết quả"),)

        def handle_scan(self, scan: Scan) -> bool:
            ...                                   # True: understood; False: the shell goes on

        def _save(self) -> None:
            command = self._command()             # plain frozen data, made on the UI thread
            self.run("db", partial(self._deliver, command), self._saved)

        def _saved(self, changes: Changes) -> None:
            self.kit.changes.publish(changes, self)
            self.kit.notices.say("Đã trả kết quả.")

The parts
    ``kit.Kit``: ``theme``, ``tasks``, ``changes``, ``words``, ``notices``, ``sounds``, ``now`` (aware local time).
    ``tasks.Tasks.run(lane, work, on_done, on_error, *, owner, latest=None) -> Task``: lanes ``db`` (the only writer),
        ``read`` (one read-only connection), ``io`` (network, PDF, printers, files). Results come on the UI thread and
        are dropped when the owner is gone or, with ``latest``, when a newer request has started.
        ``on_error`` always gets an AppError; a bug comes as ``EnvironmentProblem("internal_error")``.
    ``changes.ChangeHub.publish(changes, initiator)`` and its signal ``changed(Changes, initiator)``.
    ``notices.Notices``: ``say(text)`` for success (status line), ``fail(text, retry=None)`` for errors (message bar).
    ``words.Words.error(AppError) -> str``: the sentence for a person. ``words.tr(text)`` marks static texts.
    ``theme.Theme``: ``color(role)``, ``icon(name, role)``, ``pixmap(name, role, size_px)``, signal ``changed()``.
        Styling by QSS classes: ``set_class(widget, "primary")``; see ``theme.CLASSES``.
    ``scanner.Scanner``: bursts of a barcode gun; pages only implement ``handle_scan``. ``feed(text)`` for serial ones.

Pages (``pages.base``)
    ``Page(kit, *, key, title)``: ``body`` (QVBoxLayout in a scroll area), ``footer`` (QHBoxLayout for the buttons),
        ``set_subtitle(text)``; ``run(lane, work, on_done, on_error=None, *, latest=None)`` shows an AppError in the
        page's own error line; ``show_error(text)``, ``clear_error()``; ``show_empty(EmptyState | None)``.
        Override: ``handle_scan(Scan) -> bool``, ``shown()``, ``can_leave() -> bool``, ``go_back() -> bool`` (Esc),
        ``on_changes(changes, initiator)``, ``shortcuts()``, ``open_item(item) -> bool``.
        Signal ``page_wanted(key, item)`` asks the shell for another page, where ``open_item(item)`` is called.
        ``Page(..., scrolls=False)`` for a page whose lists scroll themselves.
    ``PageSpec(key, name_id, title, icon, shortcut, factory, allowed)``; ``Scan(text, reading)``;
    ``ShortcutHint(keys, text)``.

Widgets (``widgets``; every one takes ``theme`` first when it paints or carries an icon)
    ``fields``: ``Field(label, editor, hint="", *, required=False, name="")``: ``set_error(text)``, ``set_hint(text)``;
        ``LineEdit(theme, placeholder="", *, name="")``: ``value()`` is NFC and stripped, signal ``entered()``;
        ``TextEdit(rows)``; ``MoneyEdit(theme)``: ``amount_vnd() -> int | None``, ``set_amount(int | None)``;
        ``NumberEdit(theme, maximum)``: ``number()``, ``set_number()``, ``is_wrong()``; ``DateEdit(theme)``:
        ``date()``, ``set_date()``, ``is_wrong()``; ``SearchBox(theme)``: signal ``searched(str)``; ``ChoiceBox()``:
        ``add_choice(key, text)``, ``key()``, ``set_key()``; ``field_row(*fields)`` puts fields side by side.
    ``picker``: ``ShortPicker(theme)``: ``set_choices(Sequence[Choice(key, text, hint)])``, signal ``picked(str)``,
        Alt+1 .. Alt+9 pick; ``current()``, ``set_current(key)``.
    ``labels``: ``SectionHeader(text)``, ``Tag(theme, TagKind, text)`` (badge and pill: plain, due, soon, late, ok),
        ``KeyHint(keys)``, ``IconLabel(theme, name, role)``, ``Muted(text)``, ``text_label(text, classes)``,
        ``EmptyState(theme, icon, title, advice, action=None)``, ``divider()``.
    ``buttons``: ``ActionButton(theme, text, *, icon="", shortcut="", primary=False, danger=False, flat=False,
        status_tip="", name="")``; ``IconButton(theme, icon, text)``.
    ``timeline``: ``TimeLine(theme)``: ``set_entries(Sequence[TimeEntry(when, who, what, icon, note)])``.
    ``pdf_preview``: ``PdfPreview(kit)``: ``show_pdf(bytes)``, ``clear()``.
    ``printers.QtPrinters``: list of printers and printing of PDF bytes, called on lane io.

Keys
    Taken by the shell: F1-F9 and Shift with F2, F5, F8, F9, F11 pages and help, Ctrl+K and F3 search, Ctrl+/ overlay,
    Ctrl+I paper came out, Ctrl+Q print queue, Esc back, F12 lock. A page uses Enter (moves on), Ctrl+Return
    (finishes), Alt+1 .. Alt+9 (short lists). Make them with QShortcut or ActionButton; the scanner holds keys that
    act for 40 ms, so a burst never triggers one. ``robot.Robot`` types, presses and scans in tests with the injected
    clock.

The window
    ``shell.Shell(app, kit, accounts, specs, scanner, ShellOptions(...), settings=None)``: log-in, work, lock. What is
    typed into the scan-and-search box comes to ``ShellOptions.search_page`` as ``open_item(SearchQuery(text))``; a scan
    goes to ``handle_scan`` of the page in front, then of that page. ``set_sync(SyncView)``, ``work.set_cut_off(time)``.
    ``ShellOptions.read_scan`` makes ``Scan.reading``.

Never call ``setVisible(True)`` or ``show()`` on a widget that has no parent yet: for a moment it is a window of its own
and takes the focus. Clock, lanes and words come from the kit, in tests too.

Every control has an object name (English, unique in its page), an accessible name and a status tip: ``name_it(widget,
"feeField", "Lệ phí", "Số tiền phải thu")``.
"""
