package io.rdsboot.move.replication;

import java.sql.SQLException;

import io.rdsboot.move.MoveDatabase;
import io.rdsboot.move.MoveSession;

/**
 * What must be there before a link goes on, on the side that is written to.
 *
 * @param from that side
 * @param names names of the link's parts
 * @param opposite names of the parts of the link in the other direction
 * @param query asks for the slot
 */
record LinkRequirements(MoveDatabase from, LinkNames names, LinkNames opposite, LinkStatusQuery query) {

	void publication(MoveSession session) throws SQLException {
		if (!new LinkPublication(this.names.publication()).exists(session)) {
			throw new IllegalStateException("There is no publication '%s' on the %s: publish the tables first"
				.formatted(this.names.publication(), this.from));
		}
	}

	void slot(MoveSession session) throws SQLException {
		LinkStatus.Slot slot = this.query.slot(session);
		if (slot == null) {
			throw noSlot();
		}
		if (slot.isLost()) {
			throw new IllegalStateException(
					"Replication slot '%s' on the %s has lost changes (wal_status is 'lost'): drop the link and copy again"
						.formatted(this.names.slot(), this.from));
		}
	}

	IllegalStateException noSlot() {
		return new IllegalStateException(
				"There is no replication slot '%s' on the %s: make it, or if it was there before, drop the link and copy again"
					.formatted(this.names.slot(), this.from));
	}

	void oppositeDisabled(MoveSession session) throws SQLException {
		if (session.exists("SELECT FROM pg_subscription s WHERE s.subenabled AND " + LinkStatusQuery.OURS,
				this.opposite.subscription())) {
			throw new IllegalStateException(
					"Subscription '%s' on the %s is enabled, so that changes would travel in circles: disable it first"
						.formatted(this.opposite.subscription(), this.from));
		}
	}

}
