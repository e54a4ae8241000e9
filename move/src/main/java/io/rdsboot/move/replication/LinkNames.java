package io.rdsboot.move.replication;

import io.rdsboot.move.MoveDatabase;

/**
 * Names of what a link consists of. They are the same in each process, so that any can go
 * on with what another has begun.
 *
 * @param publication on the side that is written to
 * @param slot on the side that is written to
 * @param subscription on the other side
 */
record LinkNames(String publication, String slot, String subscription) {

	static LinkNames of(MoveDatabase to) {
		String direction = "rds_move_to_" + to.side();
		return new LinkNames("rds_move", direction, direction);
	}

}
