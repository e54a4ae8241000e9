package io.rdsboot.vector;

import java.util.List;
import java.util.stream.Collectors;

import io.rdsboot.vector.table.VectorTable;

import org.springframework.dao.DuplicateKeyException;

/**
 * Thrown when records are inserted whose ids exist already: their own, or those that the
 * database generated. Nothing has been stored then, and the caller's transaction can go
 * on.
 */
@SuppressWarnings("serial") // ids are of serializable types
public class RecordConflictException extends DuplicateKeyException {

	private static final int SHOWN = 10;

	private final List<Object> ids;

	private final List<Integer> positions;

	public RecordConflictException(VectorTable table, int records, List<?> ids) {
		this("%d of %d ids exist already in vector table %s, and nothing was stored: %s".formatted(ids.size(), records,
				table, shown(ids)), ids, List.of());
	}

	private RecordConflictException(String message, List<?> ids, List<Integer> positions) {
		super(message);
		this.ids = List.copyOf(ids);
		this.positions = List.copyOf(positions);
	}

	/**
	 * Create an exception about ids that the database generated.
	 * @param table the table
	 * @param records number of records that were to be inserted
	 * @param positions where the records stood whose ids are not new, counted from 0
	 * @param reason why the database may generate such ids, and what to do about it
	 * @return the exception
	 */
	public static RecordConflictException ofGeneratedIds(VectorTable table, int records, List<Integer> positions,
			String reason) {
		return new RecordConflictException(
				"Ids that the database generated for %d of %d records exist already in vector table %s, and nothing was stored (records %s): %s"
					.formatted(positions.size(), records, table, shown(positions), reason),
				List.of(), positions);
	}

	private static String shown(List<?> values) {
		return values.stream().limit(SHOWN).map(String::valueOf).collect(Collectors.joining(", "))
				+ ((values.size() > SHOWN) ? ", ..." : "");
	}

	/**
	 * Return the ids that exist already, be it in rows of other tenants, which the caller
	 * does not see.
	 * @return the ids, each once; empty if the database generated them
	 */
	public List<Object> getIds() {
		return this.ids;
	}

	/**
	 * Return where those of the records without an id stood for which the database
	 * generated ids that exist already.
	 * @return the positions, counted from 0; empty if the records had ids
	 */
	public List<Integer> getPositions() {
		return this.positions;
	}

}
