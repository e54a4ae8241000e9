package io.rdsboot.vector.schema;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

import org.apiguardian.api.API;

/**
 * Names of the indexes that are made here. A name follows from the definition, so that a
 * new index can be built beside the one it replaces, and what was made here can be told
 * from what an administrator made.
 */
@API(status = API.Status.INTERNAL)
public final class IndexNames {

	/**
	 * With the suffixes that {@code REINDEX CONCURRENTLY} leaves behind when it fails.
	 */
	private static final Pattern OURS = Pattern.compile(".*_rds_[0-9a-f]{8}(_cc(new|old)\\d*)?", Pattern.DOTALL);

	private static final int MAX_PREFIX_BYTES = 48;

	private IndexNames() {
	}

	/**
	 * Return the name of an index.
	 * @param table name of the table
	 * @param column name of the column
	 * @param definition text of all that makes one index differ from another
	 * @return the name, without schema and quotes
	 */
	public static String of(String table, String column, String definition) {
		CRC32 checksum = new CRC32();
		checksum.update(definition.getBytes(StandardCharsets.UTF_8));
		String prefix = table + "_" + column;
		while (prefix.getBytes(StandardCharsets.UTF_8).length > MAX_PREFIX_BYTES) {
			prefix = prefix.substring(0, prefix.offsetByCodePoints(prefix.length(), -1));
		}
		return "%s_rds_%08x".formatted(prefix, checksum.getValue());
	}

	/**
	 * Return whether an index was made here, and may be dropped here.
	 * @param name name of the index, without schema and quotes
	 * @return whether it is one of ours
	 */
	public static boolean isOurs(String name) {
		return OURS.matcher(name).matches();
	}

}
