package comtrade

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"detour/fault"
	"detour/source"
	"detour/trade/flow"
)

// jsonOf writes rows as the API does: numbers and words bare, empty fields null.
func jsonOf(rows ...map[string]string) string {
	var records []string
	for _, r := range rows {
		var fields []string
		for _, name := range fieldNames {
			v := r[name]
			switch {
			case v == "":
				v = "null"
			case v == "True" || v == "False":
				v = strings.ToLower(v)
			case name == "period" || name == "cmdCode" || name == "mosCode" || strings.HasSuffix(name, "ISO") || !json.Valid([]byte(v)):
				text, _ := json.Marshal(v)
				v = string(text)
			}
			fields = append(fields, fmt.Sprintf("%q: %s", name, v))
		}
		records = append(records, "{"+strings.Join(fields, ", ")+"}")
	}
	return fmt.Sprintf(`{"elapsedTime": "0.42 secs", "count": %d, "data": [%s], "error": ""}`, len(rows), strings.Join(records, ", "))
}

func TestJSONGivesWhatBulkGives(t *testing.T) {
	rows := []map[string]string{
		row(), row("flowCode", "DX"), row("flowCode", "?"), row("primaryValue", "1.5E3", "netWgt", ""), row("motCode", "2100"), row("customsCode", "C05"),
		row("cmdDesc", `a "quoted" \ back, {brace} [x] é`), row("partnerCode", "492", "partnerDesc", "Monaco", "partnerISO", ""), row("cmdCode", "0101", "aggrLevel", "4"),
	}
	fromText, text := decode(t, decodeBulk, bulk("\t", rows...))
	fromJSON, answer := decode(t, decodeJSON, jsonOf(rows...))
	if diff := cmp.Diff(text.lines(), answer.lines()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(fromText, fromJSON); diff != "" {
		t.Error(diff)
	}
	if want := []string{`3 flowCode: unknown flow "?"`}; !slices.Equal(answer.reasons(), want) {
		t.Errorf("rejects %q", answer.reasons())
	}
}

func TestJSONRecords(t *testing.T) {
	whole := jsonOf(row())
	start, end := strings.Index(whole, "[")+1, strings.LastIndex(whole, "]")
	sound := whole[start:end]
	for name, c := range map[string]struct{ record, want string }{
		"number":           {`7`, "1 : the record is not an object"},
		"null":             {`null`, "1 : the record is not an object"},
		"list":             {`[` + sound + `]`, "1 : the record is not an object"},
		"string":           {`"{"`, "1 : the record is not an object"},
		"empty object":     {`{}`, `1 classificationCode: classification "" is not one of H0 to H6`},
		"nested":           {strings.Replace(sound, `"cmdCode": "851713"`, `"cmdCode": {"a": [1, "}"]}`, 1), "1 cmdCode: the field is a list or an object"},
		"nested list":      {strings.Replace(sound, `"cmdCode": "851713"`, `"cmdCode": []`, 1), "1 cmdCode: the field is a list or an object"},
		"twice":            {strings.Replace(sound, `"cmdCode"`, `"cmdCode": "8517", "cmdCode"`, 1), "1 cmdCode: the record states the field twice"},
		"no mode":          {strings.Replace(sound, `"motCode"`, `"x"`, 1), `1 motCode: "" is not a code, so that a part cannot be told from the total`},
		"mode null":        {strings.Replace(sound, `"motCode": 0`, `"motCode": null`, 1), `1 motCode: "" is not a code, so that a part cannot be told from the total`},
		"value is a word":  {strings.Replace(sound, `"primaryValue": 6309678.25`, `"primaryValue": true`, 1), `1 primaryValue: not a number that is zero or more: "true"`},
		"negative":         {strings.Replace(sound, `"primaryValue": 6309678.25`, `"primaryValue": -0.5e1`, 1), `1 primaryValue: not a number that is zero or more: "-0.5e1"`},
		"huge":             {strings.Replace(sound, `"primaryValue": 6309678.25`, `"primaryValue": 1e400`, 1), `1 primaryValue: not a number that is zero or more: "1e400"`},
		"invalid UTF-8":    {strings.Replace(sound, `"period": "2022"`, "\"period\": \"20\xff\"", 1), "1 period: period \"20\\xff\" is neither YYYY nor YYYYMM"},
		"escape of a zero": {strings.Replace(sound, `"mosCode": "0"`, `"mosCode": "0\u0000"`, 1), "1 : a zero byte in the row"},
	} {
		_, got := decode(t, decodeJSON, `{"data":[`+c.record+`,`+sound+`]}`)
		if diff := cmp.Diff([]string{c.want}, got.reasons()); diff != "" || !slices.Equal(got.lines(), []string{soundLine}) {
			t.Errorf("%s: %s %v", name, diff, got.lines())
		}
	}
	for name, record := range map[string]string{
		"further fields": strings.Replace(sound, `{`, `{"more": {"a": [{"b": "]}"}, null]}, "list": ["\"", 1], "n": -1.5e3, "w": true , "s" : "\\" , `, 1),
		"escaped name":   strings.Replace(sound, `"period"`, `"p\u0065riod"`, 1),
		"escaped value":  strings.Replace(sound, `"851713"`, `"\u0038517\u00313"`, 1),
		"white space":    strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(sound, ": ", "\n:\t"), ", \"", "\r\n,\t\""), "}", "\n}"),
		"no white space": strings.ReplaceAll(strings.ReplaceAll(sound, ": ", ":"), ", ", ","),
		"all strings":    strings.NewReplacer(`: 6309678.25`, `: "6309678.25"`, `: 276`, `: "276"`, `: 0,`, `: "0",`, `: true`, `: "true"`).Replace(sound),
		"year as number": strings.Replace(sound, `"period": "2022"`, `"period": 2022`, 1),
	} {
		if _, got := decode(t, decodeJSON, `{"data":[`+record+`]}`); !slices.Equal(got.lines(), []string{soundLine}) {
			t.Errorf("%s: %v %v", name, got.lines(), got.reasons())
		}
	}
}

func TestJSONEnvelope(t *testing.T) {
	whole := jsonOf(row())
	for name, text := range map[string]string{
		"byte-order mark":  "\ufeff" + whole,
		"white space":      "\n " + whole + "\r\n",
		"error is null":    strings.Replace(whole, `"error": ""`, `"error": null`, 1),
		"further keys":     strings.Replace(whole, `{"elapsedTime"`, `{"meta": {"a": [1]}, "elapsedTime"`, 1),
		"count after data": strings.Replace(strings.Replace(whole, `"count": 1, `, "", 1), `"error"`, `"count": 1, "error"`, 1),
		"no count":         strings.Replace(whole, `"count": 1, `, "", 1),
		"count is null":    strings.Replace(whole, `"count": 1`, `"count": null`, 1),
	} {
		release, got := decode(t, decodeJSON, text)
		if !slices.Equal(got.lines(), []string{soundLine}) || len(release.Notes) > 0 {
			t.Errorf("%s: %v %v %v", name, got.lines(), got.reasons(), release.Notes)
		}
	}
	for name, c := range map[string]struct{ text, want string }{
		"empty":          {"", "reading f: unexpected EOF"},
		"list":           {"[" + whole + "]", "reading f: [ where an object is expected"},
		"string":         {`"data"`, "reading f: data where an object is expected"},
		"no data":        {`{"elapsedTime":"1","count":0,"error":""}`, "reading f: the answer has no data"},
		"other answer":   {`{"statusCode":429,"message":"Rate limit is exceeded."}`, "reading f: the answer has no data"},
		"data a number":  {`{"data":5}`, "reading f: data is 5 where a list is expected"},
		"data an object": {`{"data":{"a":1}}`, "reading f: data is { where a list is expected"},
		"data twice":     {`{"data":[],"data":[]}`, "reading f: the answer states its data twice"},
		"error":          {strings.Replace(whole, `"error": ""`, `"error": "period is invalid"`, 1), `reading f: Comtrade answered with an error: "period is invalid"`},
		"error object":   {`{"error":{"code":1},"data":[]}`, `reading f: Comtrade answered with an error: "map[code:1]"`},
		"count a word":   {`{"count":"many","data":[]}`, "reading f: json: cannot unmarshal string into Go value of type int64"},
		"followed":       {whole + whole, "reading f: something follows the answer"},
		"followed by }":  {whole + "}", "reading f: something follows the answer"},
		"not JSON":       {strings.Replace(whole, `"851713"`, `851713x`, 1), "reading f: invalid character 'x' after object key:value pair"},
		"comma":          {`{"data":[1,]}`, "reading f: invalid character ']' looking for beginning of value"},
		"endless record": {`{"data":[{"a":"` + strings.Repeat("x", 3*blockSize) + `"}]}`, "reading f: a row is longer than 1048576 bytes"},
		"endless value":  {`{"meta":"` + strings.Repeat("x", 3*blockSize) + `","data":[]}`, "reading f: a row is longer than 1048576 bytes"},
		"endless space":  {`{"data":[` + strings.Repeat(" ", 3*blockSize) + `]}`, "reading f: a row is longer than 1048576 bytes"},
	} {
		_, err := decodeJSON(t.Context(), input("f", c.text), &recorder{})
		if fault.KindOf(err) != fault.BadInput || err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// An answer that was cut anywhere is refused, not read in part.
func TestJSONCutAnywhere(t *testing.T) {
	whole := jsonOf(row())
	step := 1
	if testing.Short() {
		step = 13
	}
	for n := 0; n < len(whole); n += step {
		if _, err := decodeJSON(t.Context(), input("f", whole[:n]), &recorder{}); fault.KindOf(err) != fault.BadInput || !strings.Contains(err.Error(), "unexpected EOF") {
			t.Fatalf("cut after %d of %d bytes: %v", n, len(whole), err)
		}
	}
}

func TestJSONNotes(t *testing.T) {
	whole := jsonOf(row())
	repeated := func(n int) string { // records that are rejected are records too
		return `{"data":[` + strings.Repeat("{},", n-1) + whole[strings.Index(whole, "[")+1:]
	}
	const (
		empty = "the answer holds no data and no error: Comtrade answers a malformed period so, and one that is not reported"
		cut   = "the file holds exactly %d rows, the most that one call of the API answers: it may be cut"
	)
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"empty":    {`{"elapsedTime":"0.1 secs","count":0,"data":[],"error":""}`, []string{empty}},
		"null":     {`{"data":null}`, []string{empty}},
		"too few":  {strings.Replace(whole, `"count": 1`, `"count": 7`, 1), []string{"the answer says that it holds 7 records and holds 1"}},
		"499":      {repeated(499), nil},
		"preview":  {repeated(500), []string{fmt.Sprintf(cut, 500)}},
		"with key": {repeated(100_000), []string{fmt.Sprintf(cut, 100_000)}},
	} {
		if release, _ := decode(t, decodeJSON, c.text); !slices.Equal(release.Notes, c.want) {
			t.Errorf("%s: notes %q, want %q", name, release.Notes, c.want)
		}
	}
}

// endless is an answer of so many records that is made while it is read, so that no test holds it.
type endless struct {
	head, record, tail string
	records            int64
}

func (e endless) size() int64 {
	return int64(len(e.head)) + e.records*int64(len(e.record)) + int64(len(e.tail))
}

func (e endless) ReadAt(p []byte, at int64) (int, error) {
	n := 0
	for n < len(p) {
		body := at - int64(len(e.head))
		var from string
		switch {
		case body < 0:
			from = e.head[at:]
		case body < e.records*int64(len(e.record)):
			from = e.record[body%int64(len(e.record)):]
		default:
			rest := body - e.records*int64(len(e.record))
			if rest >= int64(len(e.tail)) {
				return n, io.EOF
			}
			from = e.tail[rest:]
		}
		k := copy(p[n:], from)
		n, at = n+k, at+int64(k)
	}
	return n, nil
}

// watching is a sink that keeps nothing and looks at the memory in use.
type watching struct {
	discard
	most uint64
}

func (w *watching) Flows(batch []flow.Flow) error {
	if w.flows/100_000 != (w.flows+len(batch))/100_000 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		w.most = max(w.most, m.HeapAlloc)
	}
	return w.discard.Flows(batch)
}

// 300,000 records, 430 MB of text, are read in a few blocks' memory.
func TestJSONInBoundedMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 430 MB")
	}
	whole := jsonOf(row())
	start, end := strings.Index(whole, "[")+1, strings.LastIndex(whole, "]")
	e := endless{whole[:start], whole[start:end] + ",", whole[start:], 300_000}
	var got watching
	if _, err := decodeJSON(t.Context(), source.Input{Name: "f", Size: e.size(), R: e}, &got); err != nil {
		t.Fatal(err)
	}
	if got.flows != 300_001 || got.rejects != 0 {
		t.Errorf("%d flows, %d rejects", got.flows, got.rejects)
	}
	if got.most == 0 || got.most > 64<<20 { // eight blocks with the flows of each, and the codes
		t.Errorf("%d MB of heap for a text of %d MB", got.most>>20, e.size()>>20)
	}
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(jsonOf(row(), row("flowCode", "DX"), row("motCode", "2100"))))
	f.Add([]byte(`{"data":[{"period":2022,"more":{"a":["}"]},"cmdCode":"\u0030101"},null,7],"error":null,"count":3}`))
	f.Add([]byte(`{"elapsedTime":"1","count":0,"data":[],"error":""}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		got := &recorder{}
		release, err := decodeJSON(context.Background(), source.Input{Name: "f", Size: int64(len(text)), R: bytes.NewReader(text)}, got)
		if err != nil || bytes.HasPrefix(text, []byte("\x1f\x8b")) {
			return
		}
		checkSound(t, release, got)
		var a struct {
			Data []json.RawMessage `json:"data"`
		}
		if err := json.Unmarshal(bytes.TrimPrefix(text, []byte("\ufeff")), &a); err != nil {
			t.Errorf("read though it is not JSON: %v", err)
		}
	})
}

// What is found in a record is what the standard library finds.
func FuzzFieldsOf(f *testing.F) {
	f.Add([]byte(`{"period":"2022","cmdCode" : "a\"\\\u00e9" , "qty":1.5e3,"netWgt":null, "x":{"period":["}"]}, "isReported":true}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		text = bytes.TrimSpace(text)
		if !json.Valid(text) {
			return
		}
		var got cells
		flaw := fieldsOf(text, &got)
		var want map[string]json.RawMessage
		if json.Unmarshal(text, &want) != nil || want == nil {
			if flaw == nil {
				t.Errorf("no object, and no flaw: %s", text)
			}
			return
		}
		if flaw != nil {
			return
		}
		for c, k := range columns {
			value := want[k.name]
			var s string
			switch {
			case len(value) == 0 || string(value) == "null":
			case value[0] == '"':
				if err := json.Unmarshal(value, &s); err != nil {
					t.Fatal(err)
				}
			default:
				s = string(value)
			}
			if found := strings.ToValidUTF8(string(got[c]), "\ufffd"); found != strings.ToValidUTF8(s, "\ufffd") && strings.ToValidUTF8(string(got[c]), "") != strings.ReplaceAll(s, "\ufffd", "") {
				t.Errorf("%s is %q, want %q, in %s", k.name, found, s, text)
			}
		}
	})
}

func BenchmarkJSON(b *testing.B) {
	const rows = 100_000
	whole := jsonOf(row())
	start, end := strings.Index(whole, "[")+1, strings.LastIndex(whole, "]")
	benchmark(b, decodeJSON, rows, whole[:start]+strings.Repeat(whole[start:end]+",", rows-1)+whole[start:])
}
