package io.rdsboot.sample.text;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class HtmlTextExtractorTests {

	private final TextExtractor extractor = new HtmlTextExtractor();

	@Test
	void extractWhenPageHasHeadingsMakesSectionsBelowTitle() {
		assertThat(this.extractor.extract("""
				<html><head><title>TLS</title></head><body>
				<p>Start.</p>
				<h1>Modes</h1>
				<div><p>Choose <code>verify-full</code> &amp; <b>no</b>thing else.</p><p>Second.</p></div>
				<h2>Chains</h2>
				<ul><li>root</li><li>leaf</li></ul>
				</body></html>""")).containsExactly(new Section(List.of("TLS"), "Start."),
				new Section(List.of("TLS", "Modes"), "Choose verify-full & nothing else.\n\nSecond."),
				new Section(List.of("TLS", "Modes", "Chains"), "root\n\nleaf"));
	}

	@Test
	void extractLeavesOutScriptsStylesAndNavigation() {
		List<Section> sections = this.extractor.extract("""
				<style>p { color: red }</style><nav>Home</nav><p>Text</p><script>alert('secret')</script>
				<template><p>unused</p></template>""");
		assertThat(sections).containsExactly(new Section(List.of(), "Text"));
	}

	@Test
	void extractWhenMalformedReadsOn() {
		assertThat(this.extractor.extract("<p>one<p>two <b>three"))
			.containsExactly(new Section(List.of(), "one\n\ntwo three"));
	}

	@Test
	void extractWhenPreformattedKeepsLines() {
		assertThat(this.extractor.extract("<pre>a\n  b</pre>")).containsExactly(new Section(List.of(), "a\n  b"));
	}

}
