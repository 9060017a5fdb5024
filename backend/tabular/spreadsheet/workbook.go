package spreadsheet

import (
	"fmt"
	"path"
	"strings"

	"tradepost/backend/fault"
)

// relation is one line of a .rels part.
type relation struct{ kind, target string }

// learn finds the workbook's part and reads it, its relations and its styles.
func (b *Book) learn() error {
	home, err := b.home()
	if err != nil {
		return err
	}
	relations, err := b.relations(home)
	if err != nil {
		return err
	}
	if err := b.listSheets(home, relations); err != nil {
		return err
	}
	styles := path.Join(path.Dir(home), "styles.xml")
	b.shared = path.Join(path.Dir(home), "sharedStrings.xml")
	for _, r := range relations {
		switch r.kind {
		case "styles":
			styles = r.target
		case "sharedStrings":
			b.shared = r.target
		}
	}
	return b.readStyles(styles)
}

// home is the part of the workbook; other documents that are zip archives are named.
func (b *Book) home() (string, error) {
	roots, err := b.relations("")
	if err != nil {
		return "", err
	}
	for _, r := range roots {
		if r.kind == "officeDocument" && b.parts[fold(r.target)] != nil {
			return r.target, kindOf(r.target)
		}
	}
	if b.parts["xl/workbook.xml"] != nil {
		return "xl/workbook.xml", nil
	}
	return "", b.whatElse()
}

func kindOf(target string) error {
	switch {
	case strings.HasSuffix(fold(target), ".bin"):
		return notHere("a binary Excel workbook (xlsb)", "Open it in a spreadsheet program and save it as XLSX.")
	case strings.HasPrefix(fold(target), "word/"), strings.HasPrefix(fold(target), "ppt/"):
		return notHere("a document or presentation", "Choose the workbook with the orders.")
	}
	return nil
}

func (b *Book) whatElse() error {
	for name := range b.parts {
		if strings.HasSuffix(name, ".iwa") || name == "index.zip" {
			return notHere("an Apple Numbers document", "Export it from Numbers as Excel (XLSX) or CSV.")
		}
	}
	if b.parts["mimetype"] != nil && b.parts["content.xml"] != nil {
		return notHere("an OpenDocument file (ods)", "Open it and save it as XLSX or CSV.")
	}
	if b.parts["[content_types].xml"] != nil {
		return damaged("its list of sheets is not there")
	}
	return notHere("a zip archive without a workbook", "Unpack it and take the file inside.")
}

// relations reads the .rels part of a part; of the archive itself when home is "".
func (b *Book) relations(home string) (map[string]relation, error) {
	folder, name := path.Split(home)
	found := map[string]relation{}
	err := b.each(path.Join(folder, "_rels", name+".rels"), func(s *scanner) error {
		if !is(s.name, "Relationship") || s.attribute("TargetMode") == "External" {
			return nil
		}
		if len(found) > maxParts {
			return damaged("it has too many relations")
		}
		target := strings.ReplaceAll(s.attribute("Target"), `\`, "/")
		if !strings.HasPrefix(target, "/") {
			target = path.Join(folder, target)
		}
		kind := s.attribute("Type")
		found[s.attribute("Id")] = relation{kind[strings.LastIndexByte(kind, '/')+1:], strings.TrimPrefix(path.Clean(target), "/")}
		return nil
	})
	return found, err
}

func (b *Book) listSheets(home string, relations map[string]relation) error {
	inside := false
	err := b.each(home, func(s *scanner) error {
		switch {
		case is(s.name, "workbookPr"):
			said := s.attribute("date1904")
			b.date1904, b.saysDates = truth(said), said != ""
		case is(s.name, "sheets"):
			inside = true
		case inside && is(s.name, "sheet"):
			return b.addSheet(s, relations)
		}
		return nil
	})
	if err == nil && len(b.sheets) == 0 {
		err = fault.New(fault.Invalid, "The workbook has no sheets with rows.", "Export it again and check that it holds orders.")
	}
	return err
}

func (b *Book) addSheet(s *scanner, relations map[string]relation) error {
	var id string
	for rest := s.attrs; ; {
		name, value, after, more := attr(rest)
		if !more {
			break
		}
		if is(name, "id") {
			id = string(value)
		}
		rest = after
	}
	r := relations[id]
	if r.kind != "worksheet" || b.parts[fold(r.target)] == nil {
		return nil
	}
	if len(b.sheets) == maxSheets {
		return bomb(fmt.Sprintf("it has more than %d sheets", maxSheets))
	}
	state := s.attribute("state")
	b.sheets = append(b.sheets, Sheet{Name: s.attribute("name"), Hidden: state == "hidden" || state == "veryHidden", part: r.target})
	return nil
}

func truth(word string) bool { return word == "1" || word == "true" || word == "on" }
