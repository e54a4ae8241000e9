package io.rdsboot.sample.text;

import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class PassageSplitterTests {

	private final PassageSplitter splitter = new PassageSplitter(200, 40);

	@Test
	void splitWhenTextIsLongBoundsPassagesAndLosesNoWord() {
		String text = words(300);
		List<Passage> passages = this.splitter.split(List.of(new Section(List.of("A", "B"), text)));
		assertThat(passages).hasSizeGreaterThan(5);
		assertThat(passages).allSatisfy((passage) -> {
			assertThat(passage.text()).hasSizeLessThanOrEqualTo(200);
			assertThat(passage.heading()).isEqualTo("A › B");
		});
		assertThat(passages).extracting(Passage::number)
			.containsExactlyElementsOf(IntStream.range(0, passages.size()).boxed().toList());
		assertThat(passages.stream().flatMap((passage) -> List.of(passage.text().split(" ")).stream()).distinct())
			.containsExactly(text.split(" "));
	}

	@Test
	void splitWhenTextIsLongRepeatsEndOfPassageInNext() {
		List<Passage> passages = this.splitter.split(List.of(new Section(List.of(), words(100))));
		String first = passages.get(0).text();
		String lastWord = first.substring(first.lastIndexOf(' ') + 1);
		assertThat(passages.get(1).text()).contains(lastWord);
		assertThat(passages.get(1).text().indexOf(lastWord)).isLessThan(40);
	}

	@Test
	void splitWhenParagraphsFitCutsBetweenThem() {
		String paragraph = words(20);
		List<Passage> passages = this.splitter
			.split(List.of(new Section(List.of(), paragraph + "\n\n" + paragraph + "\n\n" + paragraph)));
		assertThat(passages.get(0).text()).isEqualTo(paragraph);
	}

	@Test
	void splitWhenThereIsNoBreakCutsWithinWordButNotWithinCharacter() {
		String emojis = String.join("", Collections.nCopies(300, "\uD83D\uDE00"));
		List<Passage> passages = new PassageSplitter(99, 0).split(List.of(new Section(List.of(), emojis)));
		assertThat(passages.stream().map(Passage::text).collect(Collectors.joining())).isEqualTo(emojis);
		assertThat(passages).allSatisfy(
				(passage) -> assertThat(passage.text().codePoints()).allMatch((codePoint) -> codePoint == 0x1F600));
	}

	@Test
	void splitWhenNeighboursAreShortJoinsThemUnderCommonHeading() {
		List<Passage> passages = this.splitter.split(List.of(new Section(List.of("Box", "open"), "Opens it."),
				new Section(List.of("Box", "close"), "Closes it."),
				new Section(List.of("Bag", "open"), "Opens a bag.")));
		assertThat(passages).containsExactly(new Passage(0, "Box", "open\nOpens it.\n\nclose\nCloses it."),
				new Passage(1, "Bag › open", "Opens a bag."));
	}

	@Test
	void splitWhenThereIsNoTextReturnsNothing() {
		assertThat(this.splitter.split(List.of())).isEmpty();
	}

	@Test
	void constructorWhenOverlapIsTooLargeThrows() {
		assertThatIllegalArgumentException().isThrownBy(() -> new PassageSplitter(100, 26))
			.withMessage("overlap must be between 0 and a quarter of maxLength (100), but is 26");
	}

	private static String words(int count) {
		return IntStream.range(0, count).mapToObj((number) -> "word" + number).collect(Collectors.joining(" "));
	}

}
