package io.rdsboot.vector.jdbc.write;

import java.util.Comparator;
import java.util.UUID;

import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.VectorTable;

/**
 * Order of ids in which every write locks rows, so that none waits for another that waits
 * for it. It is that of the bytes: the only one on which Java and the server agree,
 * whatever the database's collation.
 */
public final class IdOrder {

	/**
	 * Comparator of {@link UUID}s, {@link String}s or {@link Long}s.
	 */
	public static final Comparator<Object> COMPARATOR = IdOrder::compare;

	private IdOrder() {
	}

	/**
	 * Return the expression by which SQL orders.
	 * @param id expression of the id
	 */
	public static String sql(VectorTable table, String id) {
		return (table.idType() == IdType.TEXT) ? id + " COLLATE \"C\"" : id;
	}

	private static int compare(Object first, Object second) {
		if (first instanceof UUID a && second instanceof UUID b) {
			int most = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
			return (most != 0) ? most : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
		}
		return (first instanceof String a && second instanceof String b) ? compare(a, b)
				: Long.compare(((Number) first).longValue(), ((Number) second).longValue());
	}

	/**
	 * Compare code points, whose order is that of their bytes in UTF-8. In UTF-16
	 * surrogates stand before the last characters of the basic plane.
	 */
	private static int compare(String first, String second) {
		int length = Math.min(first.length(), second.length());
		for (int i = 0; i < length; i++) {
			char a = first.charAt(i);
			char b = second.charAt(i);
			if (a != b) {
				return rank(a) - rank(b);
			}
		}
		return first.length() - second.length();
	}

	private static int rank(char character) {
		return Character.isSurrogate(character) ? character + Character.MAX_VALUE : character;
	}

}
