package io.rdsboot.vector.schema;

import java.util.ArrayList;
import java.util.List;

import io.rdsboot.vector.schema.ExistingTable.ExistingKeyMoves;
import io.rdsboot.vector.table.VectorTable;

/**
 * Comparison of the trigger that moves metadata keys with the moves that are declared.
 */
final class KeyMoveComparison {

	private final VectorTable table;

	private final KeyMoves moves;

	private final ExistingTable existing;

	private final long maxRewrittenBytes;

	KeyMoveComparison(VectorTable table, ExistingTable existing, long maxRewrittenBytes) {
		this.table = table;
		this.moves = new KeyMoves(table);
		this.existing = existing;
		this.maxRewrittenBytes = maxRewrittenBytes;
	}

	void addTo(List<Difference> differences) {
		ExistingKeyMoves found = this.existing.keyMoves();
		if (this.moves.isEmpty()) {
			if (found.triggered() && this.moves.isBeyond(found.body())) {
				addEnd(found, differences);
			}
			return;
		}
		boolean same = found.body().equals(this.moves.body());
		if ((same && found.ended()) || (found.triggered() && this.moves.isBehind(found.body()))) {
			return;
		}
		if (!same && found.triggered() && !found.complete()) {
			differences
				.add(Difference.refused("keys are declared that move, while the rows of another move are not all moved",
						List.of(Difference.COMMENT + "end the other move first, with the declaration that began it")));
			return;
		}
		List<String> statements = new ArrayList<>(this.moves.addColumns(this.existing.columns().keySet()));
		if (!same || !found.triggered()) {
			statements.addAll(this.moves.create());
		}
		if (!same || !found.complete()) {
			statements.addAll(this.moves.moveRows());
			differences.add(Difference.rewriting(
					"keys are declared that were formerly stored elsewhere, but rows have them there alone",
					this.existing, this.maxRewrittenBytes, statements));
		}
	}

	/**
	 * The function stays, with a mark that no version of before the move runs any more,
	 * lest one of the time of the move makes the trigger again.
	 */
	private void addEnd(ExistingKeyMoves found, List<Difference> differences) {
		String drop = "DROP TRIGGER %s ON %s".formatted(KeyMoves.TRIGGER, this.table.quotedName());
		String mark = "COMMENT ON FUNCTION %s() IS '%s'".formatted(KeyMoves.function(this.table), found.endMark());
		if (found.complete()) {
			differences.add(Difference.mended(
					"trigger %s moves keys from where no declaration has them any more".formatted(KeyMoves.TRIGGER),
					List.of(drop, mark)));
		}
		else {
			differences.add(Difference.refused(
					"keys are declared where they are being moved to, but not all rows have been moved",
					List.of(Difference.COMMENT + "start a version first that declares what they were formerly")));
		}
	}

}
