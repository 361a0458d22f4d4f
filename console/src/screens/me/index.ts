/* The screens of a person's own, in one file of code. */
import './me.css';

export { Calls } from './calls';
export { Complain } from './complain';
export { Complaint } from './complaint';
export { Complaints } from './complaints';
export { Data } from './data';
export { Extract } from './extract';
export { ReceiptCheck } from './receipt-check';
