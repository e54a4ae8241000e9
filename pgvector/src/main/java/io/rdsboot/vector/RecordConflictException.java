package io.rdsboot.vector;

import java.util.List;
import java.util.stream.Collectors;

import io.rdsboot.vector.table.VectorTable;

import org.springframework.dao.DuplicateKeyException;

/**
 * Thrown when records are inserted whose ids exist already. Nothing has been stored then,
 * and the caller's transaction can go on.
 */
@SuppressWarnings("serial") // ids are of serializable types
public class RecordConflictException extends DuplicateKeyException {

	private static final int SHOWN = 10;

	private final List<Object> ids;

	public RecordConflictException(VectorTable table, int records, List<?> ids) {
		super("%d of %d ids exist already in vector table %s, and nothing was stored: %s%s".formatted(ids.size(),
				records, table, ids.stream().limit(SHOWN).map(String::valueOf).collect(Collectors.joining(", ")),
				(ids.size() > SHOWN) ? ", ..." : ""));
		this.ids = List.copyOf(ids);
	}

	/**
	 * Return the ids that exist already, be it in rows of other tenants, which the caller
	 * does not see.
	 * @return the ids, at least one, each once
	 */
	public List<Object> getIds() {
		return this.ids;
	}

}
