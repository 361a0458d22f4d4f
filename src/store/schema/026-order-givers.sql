-- Who gave an order, so that no other lifts it (registry/order.h).
ALTER TABLE orders ADD COLUMN "organisation" TEXT;
CREATE INDEX orders_subject ON orders ("subject", "from");
