package io.rdsboot.vector.filter;

/**
 * Text of a user's as messages show it: on one line, of bounded length, and without
 * characters that could mislead a terminal or a log.
 */
final class SafeText {

	static final int MAX_LENGTH = 60;

	private static final String ELLIPSIS = "...";

	private SafeText() {
	}

	static String of(String text) {
		StringBuilder shown = new StringBuilder();
		text.codePoints().limit(MAX_LENGTH).forEach((character) -> append(shown, character));
		return (text.codePointCount(0, text.length()) > MAX_LENGTH) ? shown + ELLIPSIS : shown.toString();
	}

	/**
	 * Return the surroundings of a character, and below them a mark under it.
	 * @param text the text
	 * @param position index of the character, or the text's length
	 * @return two lines
	 */
	static String around(String text, int position) {
		int start = Math.max(0, position - MAX_LENGTH);
		int end = Math.min(text.length(), position + MAX_LENGTH);
		StringBuilder shown = new StringBuilder((start > 0) ? ELLIPSIS : "");
		text.substring(start, position).codePoints().forEach((character) -> append(shown, character));
		int column = shown.codePointCount(0, shown.length());
		text.substring(position, end).codePoints().forEach((character) -> append(shown, character));
		return shown + ((end < text.length()) ? ELLIPSIS : "") + "\n" + " ".repeat(column) + "^";
	}

	private static void append(StringBuilder shown, int character) {
		if (character == '\t' || character == '\n' || character == '\r') {
			shown.append(' ');
		}
		else if (isVisible(character)) {
			shown.appendCodePoint(character);
		}
		else {
			shown.append('\uFFFD');
		}
	}

	static boolean isVisible(int character) {
		return switch (Character.getType(character)) {
			case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
					Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
				false;
			default -> true;
		};
	}

}
