package io.rdsboot.vector.index.catalog;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Applications that declare an index, as the index's comment says, each with the start of
 * its instance that said so last. Immutable.
 *
 * @param comment what else the comment says
 * @param starts the starts, by name of the application
 */
public record IndexClaims(String comment, Map<String, Instant> starts) {

	private static final String HEADER = "rds-spring-boot: declared by ";

	private static final Pattern COMMENT = Pattern.compile("(.*?)\\s*" + HEADER + "(.*)", Pattern.DOTALL);

	private static final Pattern CLAIM = Pattern.compile("(\\S+) since (\\S+?)(?:, |$)");

	private static final Pattern UNNAMEABLE = Pattern.compile("[^\\p{L}\\p{N}._:@/-]");

	public IndexClaims {
		starts = Map.copyOf(starts);
	}

	/**
	 * Return a form of an application's name that a comment can have.
	 */
	public static String nameable(String application) {
		return UNNAMEABLE.matcher(application).replaceAll("_");
	}

	/**
	 * Return what a comment says.
	 * @param text the comment, or {@code null} if there is none
	 */
	public static IndexClaims of(@Nullable String text) {
		if (text == null) {
			return new IndexClaims("", Map.of());
		}
		Matcher matcher = COMMENT.matcher(text);
		if (!matcher.matches()) {
			return new IndexClaims(text, Map.of());
		}
		Map<String, Instant> starts = new TreeMap<>();
		Matcher claim = CLAIM.matcher(matcher.group(2));
		while (claim.find()) {
			try {
				starts.put(claim.group(1), Instant.parse(claim.group(2)));
			}
			catch (DateTimeParseException ex) {
				// Somebody has edited the comment: who declares the index is known still.
				starts.put(claim.group(1), Instant.MAX);
			}
		}
		return new IndexClaims(matcher.group(1), starts);
	}

	public IndexClaims with(String application, Instant start) {
		Map<String, Instant> starts = new TreeMap<>(this.starts);
		starts.put(application, start);
		return new IndexClaims(this.comment, starts);
	}

	public IndexClaims without(String application) {
		Map<String, Instant> starts = new TreeMap<>(this.starts);
		starts.remove(application);
		return new IndexClaims(this.comment, starts);
	}

	/**
	 * Return when the index was built last, or {@code null} if the comment does not say
	 * it.
	 */
	public @Nullable BuildRecord built() {
		return BuildRecord.of(this.comment);
	}

	public IndexClaims withBuilt(BuildRecord built) {
		return new IndexClaims(built.writtenTo(this.comment), this.starts);
	}

	/**
	 * Whether an instance of the application that was started at this time, or later,
	 * declares the index.
	 */
	public boolean isHeldSince(String application, Instant start) {
		Instant claim = this.starts.get(application);
		return claim != null && !claim.isBefore(start);
	}

	/**
	 * Whether nobody declares the index any more but instances of the application that
	 * were started earlier. An index without claims was made when there were none.
	 */
	public boolean isAbandonedBy(String application, Instant start) {
		return without(application).starts.isEmpty() && !isHeldSince(application, start);
	}

	/**
	 * Return the names of the other applications that declare the index, empty if there
	 * are none.
	 */
	public String others(String application) {
		return without(application).starts.keySet().stream().sorted().collect(Collectors.joining(", "));
	}

	/**
	 * Return the comment that says so.
	 */
	@Override
	public String toString() {
		String claims = new TreeMap<>(this.starts).entrySet()
			.stream()
			.map((claim) -> claim.getKey() + " since " + claim.getValue())
			.collect(Collectors.joining(", "));
		return this.starts.isEmpty() ? this.comment
				: this.comment + (this.comment.isEmpty() ? "" : "\n") + HEADER + claims;
	}

}
