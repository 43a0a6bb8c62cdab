package comtrade

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"detour/fault"
	"detour/source"
	"detour/trade/flow"
)

// The row of the official documentation: imports of the United States in January 2020.
func TestBulkRowOfTheDocument(t *testing.T) {
	const header = "typeCode,freqCode,refPeriodId,refYear,refMonth,period,reporterCode,reporterISO,reporterDesc,flowCode,flowDesc,partnerCode,partnerISO,partnerDesc,partner2Code,partner2ISO,partner2Desc,classificationCode,classificationSearchCode,isOriginalClassification,cmdCode,cmdDesc,aggrLevel,isLeaf,customsCode,customsDesc,mosCode,motCode,motDesc,qtyUnitCode,qtyUnitAbbr,qty,isQtyEstimated,altQtyUnitCode,altQtyUnitAbbr,altQty,isAltQtyEstimated,netWgt,isNetWgtEstimated,grossWgt,isGrossWgtEstimated,cifvalue,fobvalue,primaryValue,legacyEstimationFlag,isReported,isAggregate\n"
	const line = `C,M,20200101,2020,1,202001,842,USA,USA,M,Import,0,W00,World,0,W00,World,H5,HS,True,6801,"Stone; worked, and ""set""",4,False,C00,TOTAL CPC,0,0,TOTAL MOT,8,kg,16397000.0,False,21,1000 KG,16397.0,False,1.6397E7,False,,False,6309678.0,4745984.0,6309678.0,0,False,True` + "\r\n"
	release, got := decode(t, decodeBulk, "\ufeff"+header+line)
	want := []string{`US M WORLD HS2017 6801 2020-01 "" 630967800 16397000000 16397000000 kg`}
	if diff := cmp.Diff(want, got.lines()); diff != "" {
		t.Error(diff, got.reasons())
	}
	if release.Source != "comtrade" || release.Dataset != "final" || release.Stamp != "" {
		t.Errorf("release %+v", release)
	}
	if want := []string{"rows summed by the United Nations from the reporter's codes: 1"}; !slices.Equal(release.Notes, want) {
		t.Errorf("notes %q", release.Notes)
	}
}

func TestBulkReadsRows(t *testing.T) {
	for name, c := range map[string]struct {
		changes []string
		want    string
	}{
		"sound":             {nil, soundLine},
		"month":             {[]string{"freqCode", "M", "period", "202203"}, strings.Replace(soundLine, " 2022 ", " 2022-03 ", 1)},
		"exponent":          {[]string{"primaryValue", "6.30967825E+06", "netWgt", "2505e-1"}, soundLine},
		"finer than a cent": {[]string{"primaryValue", "6309678.245"}, strings.Replace(soundLine, "630967825", "630967824", 1)},
		"tie to even":       {[]string{"primaryValue", "6309678.255"}, strings.Replace(soundLine, "630967825", "630967826", 1)},
		"above a tie":       {[]string{"primaryValue", "6309678.2450000000000000000001"}, soundLine},
		"zero":              {[]string{"primaryValue", "0.0", "qty", "0"}, strings.Replace(strings.Replace(soundLine, "630967825", "0", 1), "1000000 u", "0 u", 1)},
		"no numbers but value": {
			[]string{"netWgt", "", "qty", ""}, `DE X KZ HS2022 851713 2022 "" 630967825 - - `,
		},
		"largest":         {[]string{"primaryValue", "92233720368547758.07"}, strings.Replace(soundLine, "630967825", "9223372036854775807", 1)},
		"no unit":         {[]string{"qtyUnitCode", "-1", "qty", "0"}, `DE X KZ HS2022 851713 2022 "" 630967825 250500 - `},
		"new unit":        {[]string{"qtyUnitCode", "21"}, strings.Replace(soundLine, "1000000 u", "1000000 UN21", 1)},
		"total of goods":  {[]string{"cmdCode", "TOTAL", "aggrLevel", "0"}, strings.Replace(soundLine, "851713", "TOTAL", 1)},
		"chapter":         {[]string{"cmdCode", "01", "aggrLevel", "2"}, strings.Replace(soundLine, "851713", "01", 1)},
		"level not told":  {[]string{"aggrLevel", ""}, soundLine},
		"oldest edition":  {[]string{"classificationCode", "H0"}, strings.Replace(soundLine, "HS2022", "HS1992", 1)},
		"re-export":       {[]string{"flowCode", "RX"}, strings.Replace(soundLine, " X ", " RX ", 1)},
		"re-import":       {[]string{"flowCode", "RM"}, strings.Replace(soundLine, " X ", " RM ", 1)},
		"USA of Comtrade": {[]string{"partnerCode", "842"}, strings.Replace(soundLine, "KZ", "US", 1)},
		"France, Monaco":  {[]string{"reporterCode", "251"}, strings.Replace(soundLine, "DE", "FR", 1)},
		"Italy":           {[]string{"reporterCode", "381"}, strings.Replace(soundLine, "DE", "IT", 1)},
		"Norway":          {[]string{"reporterCode", "579"}, strings.Replace(soundLine, "DE", "NO", 1)},
		"India":           {[]string{"reporterCode", "699"}, strings.Replace(soundLine, "DE", "IN", 1)},
		"Switzerland":     {[]string{"reporterCode", "757"}, strings.Replace(soundLine, "DE", "CH", 1)},
		"Taiwan":          {[]string{"partnerCode", "490", "partnerISO", "S19", "partnerDesc", "Other Asia, nes"}, strings.Replace(soundLine, "KZ", "TW", 1)},
		"world":           {[]string{"partnerCode", "0"}, strings.Replace(soundLine, "KZ", "WORLD", 1)},
		"EU":              {[]string{"partnerCode", "97"}, strings.Replace(soundLine, "KZ", "EU-CHANGING", 1)},
		"free zones":      {[]string{"partnerCode", "838"}, strings.Replace(soundLine, "KZ", "FREE-ZONES", 1)},
		"special":         {[]string{"partnerCode", "839"}, strings.Replace(soundLine, "KZ", "SPECIAL-CATEGORIES", 1)},
		"bunkers":         {[]string{"partnerCode", "837"}, strings.Replace(soundLine, "KZ", "BUNKERS", 1)},
		"areas nes":       {[]string{"partnerCode", "899"}, strings.Replace(soundLine, "KZ", "AREAS-NES", 1)},
		"Europe EU, nes":  {[]string{"partnerCode", "492", "partnerISO", "_X ", "partnerDesc", "Europe EU, nes"}, strings.Replace(soundLine, "KZ", "NES-492", 1)},
		"492 bare":        {[]string{"partnerCode", "492", "partnerISO", "", "partnerDesc", ""}, strings.Replace(soundLine, "KZ", "NES-492", 1)},
		"Monaco":          {[]string{"partnerCode", "492", "partnerISO", "MCO"}, strings.Replace(soundLine, "KZ", "MC", 1)},
		"Monaco by label": {[]string{"partnerCode", "492", "partnerISO", "", "partnerDesc", "Monaco"}, strings.Replace(soundLine, "KZ", "MC", 1)},
		"leading zero":    {[]string{"partnerCode", "051"}, strings.Replace(soundLine, "KZ", "AM", 1)},
		"part by mode":    {[]string{"motCode", "2100"}, strings.Replace(soundLine, `""`, `"mot:2100"`, 1)},
		"part by all": {
			[]string{"motCode", "3200", "customsCode", "C05", "mosCode", "1", "partner2Code", "276"},
			strings.Replace(soundLine, `""`, `"customs:C05;mos:1;mot:3200;partner2:DE"`, 1),
		},
		"mode of supply not told": {[]string{"mosCode", ""}, soundLine},
	} {
		for _, separator := range []string{",", "\t"} {
			_, got := decode(t, decodeBulk, bulk(separator, row(c.changes...)))
			if diff := cmp.Diff([]string{c.want}, got.lines()); diff != "" || len(got.rejects) > 0 {
				t.Errorf("%s, parted by %q: %s %v", name, separator, diff, got.reasons())
			}
		}
	}
}

func TestBulkRejectsRows(t *testing.T) {
	for name, c := range map[string]struct {
		changes []string
		want    string
	}{
		"services":       {[]string{"typeCode", "S"}, `typeCode: type "S" is not C, trade in goods`},
		"frequency":      {[]string{"freqCode", "Q"}, `freqCode: frequency "Q" is neither A nor M`},
		"month in A":     {[]string{"period", "202203"}, `period: period 2022-03 is not of the frequency that freqCode states`},
		"year in M":      {[]string{"freqCode", "M"}, `period: period 2022 is not of the frequency that freqCode states`},
		"period":         {[]string{"period", "202213"}, `period: period "202213" is neither YYYY nor YYYYMM`},
		"month 00":       {[]string{"period", "202200"}, `period: period "202200" is neither YYYY nor YYYYMM`},
		"no period":      {[]string{"period", ""}, `period: period "" is neither YYYY nor YYYYMM`},
		"reporter":       {[]string{"reporterCode", "999"}, `reporterCode: unknown area "999"`},
		"reporter text":  {[]string{"reporterCode", "DEU"}, `reporterCode: area "DEU" is not a number of up to three digits`},
		"partner":        {[]string{"partnerCode", "1"}, `partnerCode: unknown area "1"`},
		"partner UTF-8":  {[]string{"partnerCode", "\xff\xfe"}, `partnerCode: area "\xff\xfe" is not a number of up to three digits`},
		"flow":           {[]string{"flowCode", "Z"}, `flowCode: unknown flow "Z"`},
		"no flow":        {[]string{"flowCode", ""}, `flowCode: unknown flow ""`},
		"SITC":           {[]string{"classificationCode", "S3"}, `classificationCode: classification "S3" is not one of H0 to H6`},
		"converted":      {[]string{"classificationCode", "H4", "isOriginalClassification", "False"}, `isOriginalClassification: the row was converted to H4 from another classification`},
		"lost zero":      {[]string{"cmdCode", "10121"}, `cmdCode: goods code "10121" is neither TOTAL nor 2, 4 or 6 digits`},
		"goods text":     {[]string{"cmdCode", "85A7"}, `cmdCode: goods code "85A7" is neither TOTAL nor 2, 4 or 6 digits`},
		"eight digits":   {[]string{"cmdCode", "85171300"}, `cmdCode: goods code "85171300" is neither TOTAL nor 2, 4 or 6 digits`},
		"level":          {[]string{"aggrLevel", "4"}, `aggrLevel: level "4" is not that of goods code 851713`},
		"level of total": {[]string{"cmdCode", "TOTAL"}, `aggrLevel: level "6" is not that of goods code TOTAL`},
		"customs":        {[]string{"customsCode", ""}, `customsCode: "" is not a code, so that a part cannot be told from the total`},
		"mode":           {[]string{"motCode", "air;sea"}, `motCode: "air;sea" is not a code, so that a part cannot be told from the total`},
		"partner 2":      {[]string{"partner2Code", "998"}, `partner2Code: unknown area "998"`},
		"unit":           {[]string{"qtyUnitCode", "kg"}, `qtyUnitCode: quantity unit "kg" is not a code`},
		"negative":       {[]string{"primaryValue", "-1"}, `primaryValue: not a number that is zero or more: "-1"`},
		"NaN":            {[]string{"primaryValue", "nan"}, `primaryValue: not a number that is zero or more: "nan"`},
		"grouped":        {[]string{"primaryValue", "6 309"}, `primaryValue: not a number that is zero or more: "6 309"`},
		"too large":      {[]string{"primaryValue", "92233720368547758.08"}, `primaryValue: number too large: "92233720368547758.08"`},
		"huge exponent":  {[]string{"netWgt", "1e99"}, `netWgt: number too large: "1e99"`},
		"mass":           {[]string{"netWgt", "1.2.3"}, `netWgt: not a number that is zero or more: "1.2.3"`},
		"quantity":       {[]string{"qty", "x"}, `qty: not a number that is zero or more: "x"`},
		"nothing":        {[]string{"primaryValue", "", "netWgt", "", "qty", ""}, `: the row states no number`},
		"zero byte":      {[]string{"motCode", "0\x000"}, `: a zero byte in the row`},
	} {
		_, got := decode(t, decodeBulk, bulk("\t", row(), row(c.changes...)))
		if diff := cmp.Diff([]string{"3 " + c.want}, got.reasons()); diff != "" || len(got.flows) != 1 || got.rejects[0].Raw == "" {
			t.Errorf("%s: %s, %d flows", name, diff, len(got.flows))
		}
	}
}

func TestBulkLines(t *testing.T) {
	text := bulk(",", row())
	header, line, _ := strings.Cut(text, "\n")
	for name, text := range map[string]string{
		"CRLF and no last end": "\ufeff" + header + "\r\n" + line[:len(line)-1],
		"blank lines":          header + "\n\n  \r\n" + line + "\n",
		"names in capitals":    strings.ToUpper(header) + "\n" + line,
		"further columns":      header + ",extra\n" + line[:len(line)-1] + ",\"a, b\"\n",
		"quoted":               `"` + strings.ReplaceAll(header, ",", `","`) + "\"\n" + line,
	} {
		_, got := decode(t, decodeBulk, text)
		if diff := cmp.Diff([]string{soundLine}, got.lines()); diff != "" || len(got.rejects) > 0 {
			t.Errorf("%s: %s %v", name, diff, got.reasons())
		}
	}
	for name, c := range map[string]struct{ line, want string }{
		"short":    {"C,A", "2 : 2 fields where the header has 47"},
		"unclosed": {`"C,` + line[2:], "2 : a quoted field is not closed, or goes on after its quote"},
		"goes on":  {`"C"x,` + line[2:], "2 : a quoted field is not closed, or goes on after its quote"},
	} {
		_, got := decode(t, decodeBulk, header+"\n"+c.line)
		if diff := cmp.Diff([]string{c.want}, got.reasons()); diff != "" || len(got.flows) > 0 {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// A quote within a field of the tab-separated file is a character like any other.
func TestBulkBareQuote(t *testing.T) {
	_, got := decode(t, decodeBulk, bulk("\t", row("cmdDesc", `Monitors, 19", flat`)))
	if diff := cmp.Diff([]string{soundLine}, got.lines()); diff != "" {
		t.Error(diff, got.reasons())
	}
}

// Columns are found by name: shuffled, and with only those that a file must have, they give the same.
func TestBulkColumnsInAnyOrder(t *testing.T) {
	all := fieldNames
	defer func() { fieldNames = all }()
	fieldNames = slices.Clone(all)
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		random.Shuffle(len(fieldNames), func(i, j int) { fieldNames[i], fieldNames[j] = fieldNames[j], fieldNames[i] })
		if _, got := decode(t, decodeBulk, bulk("\t", row())); !slices.Equal(got.lines(), []string{soundLine}) {
			t.Fatalf("%v\n%v", got.lines(), got.reasons())
		}
	}
	fieldNames = nil
	for _, c := range columns {
		if c.required {
			fieldNames = append(fieldNames, c.name)
		}
	}
	_, got := decode(t, decodeBulk, bulk("\t", row()))
	if want := []string{`DE X KZ HS2022 851713 2022 "" 630967825 - - `}; !slices.Equal(got.lines(), want) {
		t.Errorf("%v\n%v", got.lines(), got.reasons())
	}
}

func TestBulkRefusesFiles(t *testing.T) {
	text := bulk("\t", row())
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	random := rand.New(rand.NewPCG(3, 4)) // so that the stream is long enough to be cut within a row
	for range 200 {
		fmt.Fprint(z, text, random.Uint64())
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	files := map[string]struct{ text, want string }{
		"empty":          {"", "reading f: header has no column period"},
		"twice":          {"period\t" + text, "reading f: header names column period twice"},
		"not closed":     {`"period` + text, "reading f: a quote in the header is not closed"},
		"endless":        {text + strings.Repeat("x", 2*blockSize), "reading f: a row is longer than 1048576 bytes"},
		"gzip cut":       {zipped.String()[:zipped.Len()/2], "reading f: unexpected EOF"},
		"gzip cut short": {zipped.String()[:6], "reading f: unexpected EOF"},
		"endless header": {strings.Repeat("x", 1<<20), "reading f: bufio: buffer full"},
	}
	for _, c := range columns {
		if c.required {
			files["no "+c.name] = struct{ text, want string }{strings.Replace(text, c.name+"\t", "x\t", 1), "reading f: header has no column " + c.name}
		}
	}
	for name, c := range files {
		_, err := decodeBulk(t.Context(), input("f", c.text), &recorder{})
		if fault.KindOf(err) != fault.BadInput || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func TestBulkGzip(t *testing.T) {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	fmt.Fprint(z, "\ufeff"+bulk("\t", row()))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if _, got := decode(t, decodeBulk, zipped.String()); !slices.Equal(got.lines(), []string{soundLine}) {
		t.Errorf("%v\n%v", got.lines(), got.reasons())
	}
}

// Flows that lie inside others are left out and counted, as is what a flow has no word for.
func TestBulkNotes(t *testing.T) {
	release, got := decode(t, decodeBulk, bulk("\t",
		row("flowCode", "DX"), row("flowCode", "DX"), row("flowCode", "FM"), row("flowCode", "MIP"), row("flowCode", "XIP"), row("flowCode", "MOP"), row("flowCode", "XOP"),
		row("isNetWgtEstimated", "True", "isQtyEstimated", "True"), row("isNetWgtEstimated", "True", "netWgt", ""), row("qtyUnitCode", "-1"),
		row("flowCode", "M", "fobvalue", "1", "cifvalue", ""), row("flowCode", "M", "fobvalue", "1", "cifvalue", "2"),
		row("isReported", "False"), row("isReported", "False", "isAggregate", "True")))
	want := []string{
		"rows of flow DX left out, since they lie inside imports or exports: 2",
		"rows of flow FM left out, since they lie inside imports or exports: 1",
		"rows of flow MIP left out, since they lie inside imports or exports: 1",
		"rows of flow MOP left out, since they lie inside imports or exports: 1",
		"rows of flow XIP left out, since they lie inside imports or exports: 1",
		"rows of flow XOP left out, since they lie inside imports or exports: 1",
		"net masses estimated by the United Nations: 1",
		"quantities estimated by the United Nations: 1",
		"quantities without a unit left out: 1",
		"rows of imports valued FOB, without a CIF value: 1",
		"rows summed by the United Nations from the reporter's codes: 1",
		"rows neither reported nor summed, thus estimated by the United Nations: 1",
	}
	if diff := cmp.Diff(want, release.Notes); diff != "" || len(got.flows) != 7 || len(got.rejects) != 0 {
		t.Errorf("%s: %d flows, %v", diff, len(got.flows), got.reasons())
	}
	for text, want := range map[string]string{
		bulk("\t"): "the file holds no rows", bulk("\t", row("flowCode", "?")): "the file holds no row that could be read",
	} {
		if release, _ := decode(t, decodeBulk, text); !slices.Equal(release.Notes, []string{want}) {
			t.Errorf("notes %q, want %q", release.Notes, want)
		}
	}
}

// Parts of two breakdowns are the same trade twice: the first that the file has for a reporter's period and
// direction is kept, beside all totals.
func TestBulkKeepsOneBreakdown(t *testing.T) {
	release, got := decode(t, decodeBulk, bulk("\t",
		row(), row("motCode", "2100"), row("customsCode", "C05"), row("motCode", "3200"), row("motCode", "3200", "customsCode", "C05"),
		row("flowCode", "M", "customsCode", "C05"), row("flowCode", "M", "motCode", "2100", "partnerCode", "417")))
	want := []string{
		soundLine, strings.Replace(soundLine, `""`, `"mot:2100"`, 1), strings.Replace(soundLine, `""`, `"mot:3200"`, 1),
		strings.Replace(strings.Replace(soundLine, `""`, `"customs:C05"`, 1), " X ", " M ", 1),
	}
	if diff := cmp.Diff(want, got.lines()); diff != "" {
		t.Error(diff)
	}
	note := "rows left out, since they break cells down in another way than the reporter's first such row, and the two overlap: 3"
	if !slices.Contains(release.Notes, note) {
		t.Errorf("notes %q", release.Notes)
	}
	for _, b := range release.Coverage {
		if flow.CoversArea(b.Partners, "KG") {
			t.Errorf("coverage claims the partner of a row that was left out: %+v", b)
		}
	}
}

// The sink sees the same calls however many workers there are.
func TestBulkIsInFileOrder(t *testing.T) {
	var rows []map[string]string
	for i := range 12_000 { // of some 250 bytes: three blocks
		r := row("primaryValue", fmt.Sprint(i), "cmdCode", fmt.Sprintf("%06d", i))
		switch {
		case i%1000 == 7:
			r["flowCode"] = "?"
		case i%3 == 1:
			r["motCode"] = "2100"
		case i%3 == 2:
			r["customsCode"] = "C05"
		}
		rows = append(rows, r)
	}
	text := bulk("\t", rows...)
	var before *recorder
	var said source.Release
	for _, n := range []int{1, 2, 5} {
		old := runtime.GOMAXPROCS(n)
		release, got := decode(t, decodeBulk, text)
		runtime.GOMAXPROCS(old)
		if before != nil && (!slices.Equal(got.calls, before.calls) || !slices.Equal(got.flows, before.flows) || cmp.Diff(said, release) != "") {
			t.Fatalf("%d workers give other calls", n)
		}
		before, said = got, release
	}
	if len(before.rejects) != 12 || before.rejects[1].Line != 1009 {
		t.Errorf("rejects %v", before.reasons()[:2])
	}
	if len(before.calls) < 15 {
		t.Errorf("only %d calls: the file is of one block", len(before.calls))
	}
}

var errStop = errors.New("stop")

// stopping is a sink that fails at its first flows.
type stopping struct{ recorder }

func (*stopping) Flows([]flow.Flow) error { return errStop }

func TestBulkStops(t *testing.T) {
	text := bulk("\t", slices.Repeat([]map[string]string{row()}, 20_000)...)
	if _, err := decodeBulk(t.Context(), input("f", text), &stopping{}); !errors.Is(err, errStop) {
		t.Errorf("a failing sink: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := decodeBulk(ctx, input("f", text), &recorder{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled context: %v", err)
	}
}

func FuzzBulk(f *testing.F) {
	f.Add([]byte(bulk("\t", row(), row("flowCode", "DX"), row("motCode", "2100"))))
	f.Add([]byte("\ufeff" + bulk(",", row("primaryValue", "1e5"), row("partnerCode", "492"))))
	f.Add([]byte("period,reporterCode,flowCode,partnerCode,partner2Code,classificationCode,cmdCode,customsCode,motCode,primaryValue\r\n2022,4,X,8,0,H5,0101,C00,0,\"1\"\"\"\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		got := &recorder{}
		release, err := decodeBulk(context.Background(), source.Input{Name: "f", Size: int64(len(text)), R: bytes.NewReader(text)}, got)
		if err != nil || bytes.HasPrefix(text, []byte("\x1f\x8b")) {
			return
		}
		checkSound(t, release, got)
		rows := -1
		for line := range bytes.SplitSeq(text, []byte{'\n'}) {
			if rows < 0 || len(bytes.TrimSpace(line)) > 0 {
				rows++
			}
		}
		if kept := len(got.flows) + len(got.rejects); kept > rows {
			t.Errorf("%d rows gave %d flows and rejects", rows, kept)
		}
	})
}

// checkSound holds what a decoder gave against what it promises.
func checkSound(t *testing.T, release source.Release, got *recorder) {
	t.Helper()
	for _, f := range got.flows {
		if f.Reporter == "" || f.Partner == "" || f.Goods == "" || f.Period == 0 || f.Direction == "" || f.Nomenclature == "" ||
			!f.Value.Held && !f.NetMass.Held && !f.Quantity.Held || f.Quantity.Held != (f.Unit != "") || f.Value.N < 0 || f.NetMass.N < 0 || f.Quantity.N < 0 {
			t.Errorf("half a flow: %+v", f)
		}
		if !covered(release.Coverage, f) {
			t.Errorf("not covered: %+v by %+v", f, release.Coverage)
		}
	}
	for _, r := range got.rejects {
		if r.Line < 1 || r.Reason == "" {
			t.Errorf("reject %+v", r)
		}
	}
}

func covered(blocks []flow.Block, f flow.Flow) bool {
	return slices.ContainsFunc(blocks, func(b flow.Block) bool {
		return b.Direction == f.Direction && b.Nomenclature == f.Nomenclature && flow.CoversArea(b.Reporters, f.Reporter) && flow.CoversArea(b.Partners, f.Partner) &&
			b.CoversGoods(f.Goods) && slices.Contains(b.Periods, f.Period)
	})
}

// bulkText makes a bulk file of n invented rows with descriptions, partner and goods changing from row to row.
func bulkText(n int) string {
	partners := []string{"4", "8", "398", "417", "51", "268", "860", "792", "784", "842"}
	names := []string{"Afghanistan", "Albania", "Kazakhstan", "Kyrgyzstan", "Armenia", "Georgia", "Uzbekistan", "Türkiye", "United Arab Emirates", "USA"}
	var b strings.Builder
	b.WriteString(strings.Join(fieldNames, "\t") + "\n")
	for i := range n {
		fmt.Fprintf(&b, "C\tA\t20220101\t2022\t52\t2022\t276\tDEU\tGermany\t%s\tExport\t%s\t%s\t%s\t0\tW00\tWorld\tH6\tHS\tTrue\t%06d\tMachines and mechanical appliances; parts thereof, other than those of heading\t6\tTrue\tC00\tTOTAL CPC\t0\t0\tTOTAL MOT\t8\tkg\t%d.0\tFalse\t-1\tN/A\t0.0\tFalse\t%d.5\tFalse\t0.0\tFalse\t\t%d.25\t%d.25\t0\tTrue\tFalse\n",
			[]string{"M", "X"}[i%2], partners[i%10], "KAZ", names[i%10], 10000+i/10%5000*17, i%100003, i%100003, i%10000019, i%10000019)
	}
	return b.String()
}

// discard is a sink that counts.
type discard struct{ flows, rejects int }

func (d *discard) Flows(batch []flow.Flow) error { d.flows += len(batch); return nil }
func (d *discard) Reject(source.Reject) error    { d.rejects++; return nil }
func (d *discard) Progress(int64)                {}

func benchmark(b *testing.B, by decoder, rows int, text string) {
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		var got discard
		if _, err := by(context.Background(), input("bench", text), &got); err != nil {
			b.Fatal(err)
		}
		if got.flows != rows || got.rejects != 0 {
			b.Fatalf("%d flows, %d rejects", got.flows, got.rejects)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkBulk(b *testing.B) {
	const rows = 1_000_000
	benchmark(b, decodeBulk, rows, bulkText(rows))
}
