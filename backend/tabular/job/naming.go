package job

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"time"

	"tradepost/backend/fault"
)

// naming is what the words of a file name stand for. at is in the schedule's zone.
type naming struct {
	name string // as the template names the file
	at   time.Time
	part int // of several files, from 1; 0 when there is one
}

var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

// fileName fills in a pattern: {name} as the template says, {date} 2026-11-23, {time} 0730, {year}, {month}, {day}, {week}
// (ISO), {part} of several files. The ending is the template's unless the pattern has it.
func fileName(pattern string, n naming) (string, error) {
	extension := path.Ext(n.name)
	stem := strings.TrimSuffix(n.name, extension)
	_, week := n.at.ISOWeek()
	words := map[string]string{"{name}": stem, "{date}": n.at.Format("2006-01-02"), "{time}": n.at.Format("1504"), "{year}": n.at.Format("2006"),
		"{month}": n.at.Format("01"), "{day}": n.at.Format("02"), "{week}": fmt.Sprintf("%02d", week), "{part}": fmt.Sprint(max(n.part, 1))}
	unknown := ""
	filled := placeholder.ReplaceAllStringFunc(pattern, func(word string) string {
		text, known := words[strings.ToLower(word)]
		if !known {
			unknown = word
		}
		return text
	})
	if unknown != "" {
		return "", fault.New(fault.Invalid, unknown+" stands for nothing in a file name.",
			"Use {name}, {date}, {time}, {year}, {month}, {day}, {week} and {part}.").InField("file_name")
	}
	if strings.ContainsAny(filled, `/\:*?"<>|`) || strings.TrimLeft(filled, ". ") != filled || strings.TrimSpace(filled) == "" {
		return "", fault.New(fault.Invalid, "“"+filled+"” cannot be a file's name.", "Leave out the signs / \\ : * ? \" < > | and a dot at the beginning.").InField("file_name")
	}
	if extension != "" && strings.EqualFold(path.Ext(filled), extension) {
		filled = filled[:len(filled)-len(extension)]
	}
	if n.part > 0 && !strings.Contains(strings.ToLower(pattern), "{part}") {
		filled = fmt.Sprintf("%s-%d", filled, n.part)
	}
	return filled + extension, nil
}

// numbered is a name with a number behind it, for one that is taken.
func numbered(name string, n int) string {
	extension := path.Ext(name)
	return fmt.Sprintf("%s (%d)%s", strings.TrimSuffix(name, extension), n, extension)
}
