package io.rdsboot.vector.index;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

import io.rdsboot.vector.VectorExpressions;
import io.rdsboot.vector.VectorTable;

/**
 * Names of the indexes that a {@link VectorIndexManager} makes. A name follows from the
 * definition, so that a new index can be built beside the one it replaces, and what was
 * made here can be told from what an administrator made.
 */
final class IndexNames {

	/**
	 * With the suffixes that {@code REINDEX CONCURRENTLY} leaves behind when it fails.
	 */
	private static final Pattern OURS = Pattern.compile(".*_rds_[0-9a-f]{8}(_cc(new|old)\\d*)?", Pattern.DOTALL);

	private static final int MAX_PREFIX_BYTES = 48;

	private IndexNames() {
	}

	static String nameFor(VectorTable table) {
		CRC32 checksum = new CRC32();
		String definition = String.join("\t", table.quotedName(), table.embedding().name(),
				new VectorExpressions(table, table.embedding()).operatorClass(), table.embedding().index().toString());
		checksum.update(definition.getBytes(StandardCharsets.UTF_8));
		String prefix = table.name() + "_" + table.embedding().name();
		while (prefix.getBytes(StandardCharsets.UTF_8).length > MAX_PREFIX_BYTES) {
			prefix = prefix.substring(0, prefix.offsetByCodePoints(prefix.length(), -1));
		}
		return "%s_rds_%08x".formatted(prefix, checksum.getValue());
	}

	static boolean isOurs(String name) {
		return OURS.matcher(name).matches();
	}

}
