package io.rdsboot.sample.text;

import java.util.ArrayList;
import java.util.List;

/**
 * Splitter of sections into passages of bounded length. Neighbouring short sections share
 * a passage; a long one is cut between paragraphs, else lines, else words, and each piece
 * repeats the end of the one before it. Immutable.
 */
public final class PassageSplitter {

	private static final String SEPARATOR = " › ";

	private final int maxLength;

	private final int overlap;

	/**
	 * Creates a splitter.
	 * @param maxLength the longest passage, in characters
	 * @param overlap how much of a piece the next one may repeat, in characters
	 */
	public PassageSplitter(int maxLength, int overlap) {
		if (overlap < 0 || overlap > maxLength / 4) {
			throw new IllegalArgumentException("overlap must be between 0 and a quarter of maxLength (%d), but is %d"
				.formatted(maxLength, overlap));
		}
		this.maxLength = maxLength;
		this.overlap = overlap;
	}

	/**
	 * Splits a text.
	 * @param sections the text
	 * @return its passages in order, numbered from 0
	 */
	public List<Passage> split(List<Section> sections) {
		List<Passage> passages = new ArrayList<>();
		for (Section section : joinShort(sections)) {
			String heading = String.join(SEPARATOR, section.headings());
			for (String piece : pieces(section.text())) {
				passages.add(new Passage(passages.size(), heading, piece));
			}
		}
		return passages;
	}

	@Override
	public String toString() {
		return "passages of %d characters that share %d".formatted(this.maxLength, this.overlap);
	}

	/**
	 * A short text ranks too high, as it has little else to say: short neighbours are
	 * joined under the headings that they share, up to half of a passage.
	 */
	private List<Section> joinShort(List<Section> sections) {
		List<Section> joined = new ArrayList<>();
		for (Section section : sections) {
			if (!joined.isEmpty()) {
				Section last = joined.get(joined.size() - 1);
				List<String> common = commonPrefix(last.headings(), section.headings());
				String text = below(common, last) + "\n\n" + below(common, section);
				if (!common.isEmpty() && text.length() <= this.maxLength / 2) {
					joined.set(joined.size() - 1, new Section(common, text));
					continue;
				}
			}
			joined.add(section);
		}
		return joined;
	}

	private static String below(List<String> common, Section section) {
		List<String> own = section.headings().subList(common.size(), section.headings().size());
		return own.isEmpty() ? section.text() : String.join(SEPARATOR, own) + "\n" + section.text();
	}

	private static List<String> commonPrefix(List<String> first, List<String> second) {
		int length = 0;
		while (length < Math.min(first.size(), second.size()) && first.get(length).equals(second.get(length))) {
			length++;
		}
		return first.subList(0, length);
	}

	private List<String> pieces(String text) {
		List<String> pieces = new ArrayList<>();
		int start = 0;
		while (text.length() - start > this.maxLength) {
			int end = lastBreak(text, start);
			add(pieces, text.substring(start, end));
			start = overlapStart(text, end);
		}
		add(pieces, text.substring(start));
		return pieces;
	}

	private static void add(List<String> pieces, String piece) {
		if (!piece.isBlank()) {
			pieces.add(piece.strip());
		}
	}

	/**
	 * The last good place to cut, in the second half of what fits.
	 */
	private int lastBreak(String text, int start) {
		int end = start + this.maxLength;
		for (String separator : List.of("\n\n", "\n", ". ", " ")) {
			int index = text.lastIndexOf(separator, end - separator.length());
			if (index >= start + this.maxLength / 2) {
				return index + separator.length();
			}
		}
		return Character.isLowSurrogate(text.charAt(end)) ? end - 1 : end;
	}

	private int overlapStart(String text, int end) {
		for (int index = end - this.overlap; index < end; index++) {
			if (Character.isWhitespace(text.charAt(index))) {
				return index + 1;
			}
		}
		return end;
	}

}
